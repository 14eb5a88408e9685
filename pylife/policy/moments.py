"""Moments: when a stage begins, as a policy file says it. Their dates are in `anchors`."""

import datetime as dt
from typing import Any, Literal, NamedTuple, cast

from pylife.calendar import Dated, parse_dated
from pylife.policy.offsets import NONE, Offset, Rounding

Binding = Literal["own.next", "own.next-minor", "own.next-major", "own.previous", "own.after-lts"]

_ANCHORS = {
    "python.beta1": "beta 1",
    "python.release": "release",
    "python.bugfix_end": "end of bugfixes",
    "python.eol": "end of life",
    "own.release": "first own release that supports it",
    "dependency.release": "release",
}
BINDINGS = {
    "own.next": "at the next own release",
    "own.next-minor": "at the next own minor release",
    "own.next-major": "at the next own major release",
    "own.previous": "at the own release before",
    "own.after-lts": "after the first own long-term release that outlives it",
}
"""In words, as they follow a date."""


class Fixed(NamedTuple):
    """A date, or a month of which any day may be meant."""

    date: Dated

    def __str__(self) -> str:
        return f"on {self.date}" if not self.date.month else f"in {self.date}"


class Anchored(NamedTuple):
    """An event, moved by `offset`, then rounded, then bound to the project's own releases."""

    anchor: str
    offset: Offset = NONE
    rounding: Rounding | None = None
    at: Binding | None = None

    def __str__(self) -> str:
        return f"{words(self.anchor)}{self.offset}{_end(self.rounding, self.at)}"


class Combined(NamedTuple):
    """The `earliest` or the `latest` of several moments, moved, rounded and bound likewise."""

    how: Literal["earliest", "latest"]
    of: tuple["Moment", ...]
    offset: Offset = NONE
    rounding: Rounding | None = None
    at: Binding | None = None

    def __str__(self) -> str:
        parts = ", ".join(str(moment) for moment in self.of)
        return f"{self.how} of ({parts}){self.offset}{_end(self.rounding, self.at)}"


Moment = Fixed | Anchored | Combined


def words(anchor: str) -> str:
    """An anchor for people: `end of life`, `first numpy that supports it`."""
    known = _ANCHORS.get(anchor)
    if known is not None:
        return known
    family, _, rest = anchor.partition(".")
    name, _, event = rest.rpartition(".")
    if family == "dependency":
        return f"first {name} that supports it"
    return f"{name} {event.replace('eol', 'end of life')}"


def parse(value: Any) -> Moment:
    """Read a moment that follows the schema; raises ConfigError for a date that is none."""
    if not isinstance(value, dict):
        return Fixed(fixed(value))
    offset = Offset.parse(value["offset"]) if "offset" in value else NONE
    rounding, at = cast("Rounding | None", value.get("round")), value.get("at")
    if "anchor" in value:
        return Anchored(value["anchor"], offset, rounding, at)
    how: Literal["earliest", "latest"] = "earliest" if "earliest" in value else "latest"
    return Combined(how, tuple(parse(item) for item in value[how]), offset, rounding, at)


def fixed(value: str | dt.date) -> Dated:
    """A date or month of a policy file, where TOML's own dates are as good as text."""
    return parse_dated(str(value), source="the policy")


def _end(rounding: Rounding | None, at: Binding | None) -> str:
    text = f", to the {rounding.replace('-', ' ')}" if rounding else ""
    return f"{text}, {BINDINGS[at]}" if at else text
