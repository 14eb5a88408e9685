"""Known changes of Python, recognised in what a failed test run said.

The patterns are data (`pylife/data/whatsnew.toml`), each from a page "What's New
In Python", and each seen in the message of a real interpreter.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pylife import resources
from pylife.model import PythonVersion
from pylife.syntax import text, toml

_FILE = "whatsnew.toml"
_MOST = 5
_LINES = 4000
_LONGEST = 600
_TELLING = re.compile(r"Error\b|[Ee]rror:|has no attribute|No module named|Can't (?:get|pickle)")


class Change(NamedTuple):
    """One change: in `since` for the first time; `what` may name what it matched as {name}."""

    since: PythonVersion
    pattern: re.Pattern[str]
    what: str
    use: str
    source: str

    def explain(self, found: re.Match[str]) -> str:
        """The change in one line, and what to do about it."""
        groups = found.groupdict()
        what = self.what.replace("{name}", groups.get("name") or groups.get("again") or "it")
        if self.use.startswith("nothing: "):
            return f"{what} in {self.since}; {self.use.removeprefix('nothing: ')}"
        if what.endswith(" removed"):
            return f"{what} in {self.since}: use {self.use}"
        return f"since {self.since} {what}: use {self.use}"


@lru_cache(maxsize=1)
def changes() -> tuple[Change, ...]:
    """All known changes, oldest Python first."""
    source = text.Source(_FILE, resources.data(_FILE).read_bytes())
    return tuple(
        Change(
            since=PythonVersion.parse(row["since"]),
            pattern=re.compile(row["pattern"]),
            what=row["what"],
            use=row["use"],
            source=row["source"],
        )
        for row in toml.parse(source).value["change"]
    )


def recognise(said: str, python: PythonVersion) -> tuple[str, ...]:
    """Explanations of what changed up to `python` and shows in `said`, in the order of the text.

    `said` is a failure's text or a log. At most five; each once.
    """
    lines = [line[:_LONGEST] for line in said.splitlines() if _TELLING.search(line)]
    looked_at = "\n".join(lines[:_LINES])
    release = (python.major, python.minor)
    found: list[tuple[int, str]] = []
    for change in changes():
        if (change.since.major, change.since.minor) <= release:
            match = change.pattern.search(looked_at)
            if match is not None:
                found.append((match.start(), change.explain(match)))
    return tuple(dict.fromkeys(words for _, words in sorted(found)))[:_MOST]
