"""Policy files: found by preset name or path, validated strictly, read into data."""

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from pylife import resources
from pylife.calendar import Event
from pylife.errors import ConfigError, UnreadableError
from pylife.policy.offsets import Offset, Rounding
from pylife.syntax import text, toml

DEFAULT = "upstream"


class Moment(NamedTuple):
    """When a stage begins: an event of the Python's own life, moved and rounded."""

    event: Event
    offset: Offset
    rounding: Rounding | None = None

    def __str__(self) -> str:
        words = {
            "beta1": "beta 1",
            "release": "release",
            "bugfix_end": "end of bugfixes",
            "eol": "end of life",
        }
        shown = words[self.event]
        if self.offset.months or self.offset.days:
            sign, length = (
                ("-", self.offset.text[1:])
                if self.offset.text.startswith("-")
                else ("+", self.offset.text.removeprefix("+"))
            )
            shown += f" {sign} {length}"
        return f"{shown}, to the {self.rounding.replace('-', ' ')}" if self.rounding else shown


class Policy(NamedTuple):
    """When each Python is adopted, deprecated and dropped, and how early findings start.

    `keep_newest` Pythons that are released stay supported whatever their dates.
    Where no `deprecate` is given, a Python is supported until it is dropped.
    `stale_after` is the age at which the calendar's data is itself a finding.
    """

    name: str
    title: str
    description: str
    source: str
    adopt: Moment
    deprecate: Moment
    drop: Moment
    warn: Offset
    keep_newest: int
    stale_after: Offset


def names() -> list[str]:
    """The names of the presets that pylife ships, sorted."""
    return sorted(path.stem for path in resources.folder("policies").glob("*.toml"))


def find(name: str, base: Path) -> Policy:
    """The policy `name`: a preset's name, or a file's path (from `base`).

    Raises ConfigError where there is none, or where it is wrong.
    """
    if name in names():
        path = resources.folder("policies") / f"{name}.toml"
        # What pylife ships is validated by its tests, not at every start.
        return _read(path, shown=f"policies/{name}.toml", trusted=True)
    path = base / name
    if not name.endswith(".toml") or not path.is_file():
        raise ConfigError(
            f"no policy {name!r}",
            help="presets: " + ", ".join(names()) + "; or a path to a .toml file",
        )
    return _read(path, shown=name, trusted=False)


@lru_cache(maxsize=64)
def _read(path: Path, *, shown: str, trusted: bool) -> Policy:
    return parse(path.read_bytes(), shown=shown, trusted=trusted)


def parse(data: bytes, *, shown: str, trusted: bool = False) -> Policy:
    """Read a policy from the bytes of a file that is `shown` so in errors.

    Raises ConfigError naming file, line, and the nearest known key.
    """
    try:
        document = toml.parse(text.Source(shown, data))
    except UnreadableError as error:
        raise ConfigError(error.message, path=shown, line=error.line, column=error.column) from None
    if not trusted:
        from pylife.syntax import schema

        schema.validate(document, resources.data("policy.schema.json"), shown)
    values = document.value
    stages = values["stages"]
    drop = stages["drop"]
    return Policy(
        name=values["name"],
        title=values.get("title", values["name"]),
        description=values.get("description", "").strip(),
        source=shown,
        adopt=_moment(stages.get("adopt", {"anchor": "python.release"})),
        deprecate=_moment(stages.get("deprecate", drop)),
        drop=_moment(drop),
        warn=Offset.parse(values.get("warn", "P90D")),
        keep_newest=values.get("keep-newest", 0),
        stale_after=Offset.parse(values.get("stale-after", "P1Y")),
    )


def _moment(table: dict[str, Any]) -> Moment:
    event = cast("Event", table["anchor"].removeprefix("python."))
    return Moment(
        event=event, offset=Offset.parse(table.get("offset", "P0D")), rounding=table.get("round")
    )
