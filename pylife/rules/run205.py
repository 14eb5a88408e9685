"""The runtime Python is not released.

Why: a prerelease changes until the day of its release, has few wheels, and gets no
security fixes once the release is out. It is for trying, not for what is deployed.

Fix: move the runtime to the newest supported Python until the policy adopts the new one.

Example: `FROM python:3.15-rc-slim`, before the release of 3.15 and after it.
"""

import re
from collections.abc import Iterator

from pylife.calendar import Release
from pylife.model import Declaration, PythonVersion, Severity, Stage
from pylife.rules.base import Facts, Rule, Verdict
from pylife.rules.runtime import advice, beside, move, verb

_TAG = r"\b3\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc)|(?:a|b|rc)\d)"
"""An image's tag that asks for a prerelease; `-dev` there is a variant with a shell."""


def check(facts: Facts) -> Iterator[Verdict]:
    """Each runtime that is newer than the window, or asks for a prerelease by name."""
    for item in facts.runtimes:
        for python in item.effective:
            if facts.covered is not None and python.plain not in facts.touched:
                continue  # DRF104 speaks of that
            release = facts.calendar.releases.get(python.plain)
            if release is None:
                continue
            ahead = _ahead(facts, python, release)
            if ahead or item.note == f"a prerelease of {python}" or re.search(_TAG, item.raw):
                yield _verdict(facts, item, python, ahead)


def _ahead(facts: Facts, python: PythonVersion, release: Release) -> str:
    """What is said of a Python that is newer than the window; empty for any other."""
    stage = facts.window.stage(python.plain)
    if stage not in {Stage.UNKNOWN, Stage.PREVIEW} or python.plain < max(facts.window.wanted):
        return ""
    where = "in prerelease" if stage is Stage.PREVIEW else "not released"
    day = release.release
    when = f" (its release: {'expected ' if day.expected else ''}{day})" if day else ""
    return f"{python}, which is {where}{when}"


def _verdict(facts: Facts, item: Declaration, python: PythonVersion, ahead: str) -> Verdict:
    listed = len(beside(facts, item)) > 1  # where a layer may be used, not where it is
    if not ahead:
        said, help_ = f"a prerelease of {python}, which is released", f"use the release of {python}"
    else:
        said = ahead
        help_ = f"remove {python} until it is released" if listed else advice(facts, item)
    return Verdict(
        subject=f"{item.file} {item.site} {python}",
        message=f"{verb(facts, item)} {said}",
        help=help_,
        at=item,
        severity=None if facts.project.kind.is_application and not listed else Severity.INFO,
        changes=move(facts, item) if ahead and not listed else (),
        unsafe=True,
    )


RULE = Rule(
    code="RUN205",
    severity=Severity.WARNING,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
