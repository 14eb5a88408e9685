"""A policy in sentences, made of what its files say; and the digest of these files."""

import hashlib
from collections.abc import Iterator

from pylife.policy.moments import BINDINGS, Anchored, Binding, Combined, Fixed, Moment, words
from pylife.policy.offsets import Offset
from pylife.policy.parts import Retention
from pylife.policy.records import Policy
from pylife.policy.texts import sources

_CAPS = {
    "keep": "stay as they are",
    "move": "are moved up",
    "remove": "are removed",
}
_DONE = {
    "adopt": "has to be supported",
    "deprecate": "is deprecated",
    "drop": "is dropped",
    "block": "can no longer be kept by a waiver",
}


def sentences(policy: Policy) -> tuple[str, ...]:
    """What `policy` asks, a sentence each: stages, exceptions, warnings, dependencies, upgrades."""
    return (
        *_stages(policy),
        *_exceptions(policy),
        *_warnings(policy),
        *_dependencies(policy),
        *_evidence(policy.retention),
        *_upgrades(policy),
    )


def digest(policy: Policy) -> str:
    """The digest of the names and texts of its files: equal where they say the same."""
    texts = "\0".join(part for pair in sources(policy) for part in pair)
    return hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()


def moment(found: Moment) -> str:
    """A moment in words: `3 months after its end of life, at the end of the month`."""
    match found:
        case Fixed():
            return str(found)
        case Anchored(anchor, offset, rounding, at):
            return f"{_moved(offset, _event(anchor))}{_end(rounding, at)}"
        case Combined(how, parts, offset, rounding, at):
            each = "; ".join(_part(part) for part in parts)
            whole = f"the {how} of these days: {each}" if len(parts) > 1 else f"the day {each}"
            return f"{_moved(offset, whole)}{_end(rounding, at)}"


def _part(found: Moment) -> str:
    """The same as one of several days."""
    if isinstance(found, Anchored) and found == Anchored(found.anchor):
        return _event(found.anchor)
    return moment(found)


def duration(offset: Offset) -> str:
    """How long it is: `2 years and 6 months`, `90 days`; the sign is left out."""
    years, months = divmod(abs(offset.months), 12)
    days = abs(offset.days)
    weeks, days = divmod(days, 7) if days % 7 == 0 else (0, days)
    named = ((years, "year"), (months, "month"), (weeks, "week"), (days, "day"))
    parts = [f"{number} {name}{'s' if number > 1 else ''}" for number, name in named if number]
    return " and ".join(parts) or "no time"


def _moved(offset: Offset, event: str) -> str:
    if not offset.months and not offset.days:
        return f"from {event} on" if event.startswith("its ") else f"with {event}"
    direction = "before" if offset.months < 0 or offset.days < 0 else "after"
    return f"{duration(offset)} {direction} {event}"


def _event(anchor: str) -> str:
    said = words(anchor)
    return f"the {said}" if said.startswith("first ") else f"its {said}"


def _end(rounding: str | None, at: Binding | None) -> str:
    span, _, edge = (rounding or "").partition("-")
    text = f", moved to the {edge} of the {span}" if rounding else ""
    return f"{text}, and then {BINDINGS[at]}" if at else text


def _stages(policy: Policy) -> Iterator[str]:
    yield f"A Python has to be supported {moment(policy.adopt)}."
    if policy.deprecate is not None:
        yield f"It is deprecated {moment(policy.deprecate)}."
    else:
        yield "It is not deprecated before it is dropped."
    if policy.window is not None:
        newest = _newest(policy.window)
        yield f"Only {newest} kept; what is older is dropped."
    elif policy.drop is not None:
        yield f"It is dropped {moment(policy.drop)}."
    else:
        yield "No date drops it."
    if policy.keep_newest:
        yield f"Whatever the dates, {_newest(policy.keep_newest)} kept."
    if policy.block is not None:
        yield f"A dropped Python can no longer be kept by a waiver {moment(policy.block)}."


def _newest(number: int) -> str:
    if number == 1:
        return "the newest released Python is"
    return f"the {number} newest released Pythons are"


def _exceptions(policy: Policy) -> Iterator[str]:
    for override in policy.overrides:
        for stage, date in override.dates:
            on = f"in {date}" if date.month else f"on {date}"
            yield f"Python {override.python} {_DONE[stage]} {on}: {override.reason}"


def _warnings(policy: Policy) -> Iterator[str]:
    for step in policy.warnings:
        yield f"What comes within {duration(step.before)} counts as {step.severity.value}."
    if not policy.warnings:
        yield f"What comes is told {duration(policy.warn)} before."
    yield f"The calendar's data must not be older than {duration(policy.stale_after)}."


def _dependencies(policy: Policy) -> Iterator[str]:
    alike: dict[tuple[str, int], list[str]] = {}
    for rule in policy.dependencies:
        alike.setdefault((moment(rule.drop), rule.keep_newest), []).append(rule.name)
    for (when, keep), names in alike.items():
        newest = f"; the {keep} newest stay" if keep > 1 else ""
        yield f"A minor release of {' or '.join(names)} is dropped {when}{newest}."
    if policy.platforms:
        yield f"Dependencies have to install on {', '.join(policy.platforms)}."


def _evidence(said: Retention | None) -> Iterator[str]:
    if said is None:
        return
    if said.max_age is not None:
        yield f"Evidence older than {duration(said.max_age)} does not count; it is made anew."
    if said.logs is not None:
        yield f"Logs are kept for {duration(said.logs)}."
    if said.results is not None:
        yield f"Results are kept for {duration(said.results)}."


def _upgrades(policy: Policy) -> Iterator[str]:
    yield f"In upgrades, upper bounds that keep a wanted Python out {_CAPS[policy.caps]}."
    if policy.modernise:
        yield f"Where the floor rises, {policy.modernise} brings the code up to it."
    if policy.follow_up:
        yield "What an upgrade leaves dead is removed by a proposal of its own."
