"""`pylife init`: the files with which pre-commit, CI systems and clusters run pylife.

Planned first, from what is there; nothing is written before all is known.
"""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from pylife import calendar
from pylife.errors import UsageError
from pylife.fleet.git import without_credentials
from pylife.workflow.integrations import gitlab, pre_commit
from pylife.workflow.integrations.base import Plan, Settings, images, template, whole

_PYTHONS = 7
"""How many Pythons workers are given, the newest that are known; five have fixes at a time."""
NO_URL = "https://git.example.com/platform/fleet.git"
"""Stands where nobody knows where git has the fleet."""


class Integration(StrEnum):
    """What `pylife init --with` makes, in the order of the help."""

    PRE_COMMIT = "pre-commit"
    GITHUB = "github"
    GITLAB = "gitlab"
    GITLAB_NIGHTLY = "gitlab-nightly"
    NIGHTLY = "nightly"
    KUBERNETES = "kubernetes"

    @property
    def at_the_top(self) -> bool:
        """Whether its files are looked for at the top of the git repository only."""
        return self is not Integration.KUBERNETES


def plan(integration: Integration, settings: Settings) -> Plan:
    """The files of one integration; raises UnreadableError, UsageError."""
    if integration.at_the_top:
        top = repository(settings.root)
        if top is not None and top != settings.root.resolve():
            raise UsageError(
                f"{settings.root} is a folder of the git repository {top},"
                f" and the files of {integration} are looked for at its top",
                help=f"pylife init {top} --with {integration}",
            )
    return _PLANS[integration](settings)


def repository(root: Path) -> Path | None:
    """The top of the git repository that `root` is in; None where it is in none."""
    here = root.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)


def remote(root: Path) -> str:
    """Where git has the repository at `root`, without credentials; empty where nobody knows.

    An address for ssh is told as one for https, for which a token is enough.
    """
    if repository(root) != root.resolve():
        return ""
    command = ["git", "-C", str(root), "config", "--get", "remote.origin.url"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    url = done.stdout.strip()
    ssh = re.fullmatch(r"(?:ssh://)?[\w.-]+@(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>.+)", url)
    if ssh is not None:
        return f"https://{ssh['host']}/{ssh['path'].lstrip('/')}"
    return without_credentials(url) if url.startswith(("https://", "http://")) else ""


def _github(settings: Settings) -> Plan:
    text = template("github.yml", {"version": settings.version})
    return Plan(
        (whole(settings, ".github/workflows/pylife.yml", text),),
        ("open a pull request: what is found stands beside its lines",),
    )


def _nightly(settings: Settings) -> Plan:
    text = template("nightly.yml", {"version": settings.version})
    return Plan(
        (whole(settings, ".github/workflows/pylife-nightly.yml", text),),
        (
            "gh workflow run pylife-nightly.yml, to see it work",
            "gh variable set PYLIFE_PAGES --body true, if its site may be on GitHub Pages",
            "gh variable set PYLIFE_BUCKET --body s3://NAME, if it goes to a bucket: docs/site.md",
        ),
    )


def _kubernetes(settings: Settings) -> Plan:
    values = {
        "version": settings.version,
        "pythons": " ".join(map(str, calendar.known()[-_PYTHONS:])),
        "image": settings.image or images()["nightly"],
        "fleet_url": json.dumps(settings.fleet_url or NO_URL),
    }
    path, workers = "k8s/pylife-nightly.yaml", "k8s/pylife-workers.yaml"
    steps = [] if settings.fleet_url else [f"set FLEET_URL in {path}: nobody here knows it"]
    return Plan(
        (
            whole(settings, path, template("kubernetes.yaml", values)),
            whole(settings, workers, template("kubernetes-workers.yaml", values)),
        ),
        (
            *steps,
            f"kubectl apply -n NAMESPACE -f {path}",
            "kubectl create job -n NAMESPACE --from=cronjob/pylife-nightly pylife-first",
            f"kubectl apply -n NAMESPACE -f {workers}, where one pod is not enough",
        ),
    )


_PLANS: dict[Integration, Callable[[Settings], Plan]] = {
    Integration.PRE_COMMIT: pre_commit.plan,
    Integration.GITHUB: _github,
    Integration.GITLAB: gitlab.plan,
    Integration.GITLAB_NIGHTLY: gitlab.nightly,
    Integration.NIGHTLY: _nightly,
    Integration.KUBERNETES: _kubernetes,
}


def parse(words: Sequence[str]) -> list[Integration]:
    """Read `--with`: names, with commas between them, or `all`; raises UsageError."""
    names = [name.strip() for word in words for name in word.split(",") if name.strip()]
    if "all" in names:
        return list(Integration)
    try:
        wanted = {Integration(name) for name in names}
    except ValueError:
        unknown = next(name for name in names if name not in set(Integration))
        raise UsageError(
            f"--with {unknown!r} is nothing that is made here",
            help=f"one of {', '.join(Integration)}, or all",
        ) from None
    return [one for one in Integration if one in wanted]
