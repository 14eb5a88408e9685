"""The facts that a nightly job publishes of its fleet; `pylife.workflow.facts` reads them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pylife import calendar, platforms
from pylife.fleet.images import Image
from pylife.model import Role, explicit
from pylife.policy.texts import sources
from pylife.workflow.facts import SCHEMA, digest
from pylife.workflow.ranges import range_of
from pylife.workflow.read import Read, Scan, requires
from pylife.workflow.report import TOOL
from pylife.workflow.waivers import configured


def document(scan: Scan, dependencies: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the hook of one repository can use of `scan`: plain data with its digest.

    Policies as their files' texts, those that they build upon first; the fleet's graph with
    where each member can be installed; the images that it knows or builds, with their Pythons
    and ends; its waivers; the platforms' dates, and the day of the release calendar.
    `dependencies` is what was last said of what each member requires, by its name; null where no
    verdict has been made, which is not the same as none being needed.
    """
    edges = requires(scan)
    names = {read.member.project.name: _policy_name(read) for read in scan.reads}
    found = {
        "schema": SCHEMA,
        "tool": TOOL,
        "as_of": scan.as_of.isoformat(),
        "fleet": {
            "name": scan.fleet.name,
            "policy": _most(list(names.values())),
            "projects": [
                {**_project(read), "requires": list(edges[read.member.project.name])}
                for read in scan.reads
            ],
        },
        "policies": {
            _policy_name(read): [
                {"name": shown, "text": text} for shown, text in sources(read.window.policy)
            ]
            for read in scan.reads
        },
        "images": [*map(_image, scan.fleet.images), *_built(scan)],
        "waivers": [
            {**waiver._asdict(), "until": waiver.until.isoformat()}
            for config in scan.fleet.configs
            for waiver in configured(config)
        ],
        "data": {
            "calendar": calendar.load().snapshot.isoformat(),
            "platforms": platforms.text().decode(),
        },
        "dependencies": dependencies,
    }
    return {**found, "digest": digest(found)}


def _image(image: Image) -> dict[str, Any]:
    return {
        "pattern": image.pattern,
        "pythons": [str(python) for python in image.pythons],
        "platform": image.platform,
        "end_of_life": image.end_of_life.isoformat() if image.end_of_life else None,
        "source": image.source,
        "date": image.date.isoformat(),
    }


def _built(scan: Scan) -> Iterator[dict[str, Any]]:
    """The images that members build, with the Python and the effective end of life of each."""
    for read in scan.reads:
        pythons = {
            python
            for item in read.declarations
            if item.role is Role.RUNS_ON
            for python in item.effective
        }
        ends = [ending.last for ending in read.endings]
        for pattern in read.member.builds if pythons else ():
            name = read.member.project.name
            yield _image(
                Image(
                    pattern=pattern,
                    pythons=explicit(pythons),
                    platform=None,
                    end_of_life=min(ends, default=None),
                    source=f"the fleet {scan.fleet.name}, where {name} builds it",
                    date=scan.as_of,
                )
            )


def _policy_name(read: Read) -> str:
    """The policy's name as configured, whatever its scopes."""
    scope = read.window.policy.scope
    return read.policy.removesuffix(f" ({scope})") if scope else read.policy


def _most(names: list[str]) -> str:
    """The name that most projects have; of several, the first by name."""
    return min(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def _project(read: Read) -> dict[str, Any]:
    project = read.member.project
    range_ = range_of(read.declarations) if read.is_there else None
    return {
        "name": project.name,
        "path": project.path,
        "kind": project.kind.value,
        "tier": project.tier,
        "owner": project.owner,
        "policy": _policy_name(read),
        "range": {
            "raw": range_.raw if range_ else "",
            "covered": None
            if range_ is None or range_.covered is None
            else [str(python) for python in sorted(range_.covered)],
            "unreadable": range_.unreadable
            if range_
            else project.error or project.excluded or "it was not read",
        },
    }
