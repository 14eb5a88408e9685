"""What it stands on is past its end, or ends soon.

Why: what is deployed lives no longer than the first of what it stands on: its Python, the
platform that runs it, the operating system of its image, the packages that it pins. From the
earliest of these dates on nobody mends what is found there. Where the Python itself is the
first to end, RUN201 and RUN202 speak of that, and this rule says nothing.

Fix: move to a runtime, an image or a release that is maintained. What the organisation knows
of its own images goes into `[images]` of pylife.toml, with their `end-of-life`.

Example: `FROM python:3.12-slim-bullseye` after 2026-08-31, the end of Debian 11.
"""

from collections.abc import Iterator

from pylife.model import Ending, EndingKind, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.ending_words import at, blocks, chain, due, event, origin, past, when


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """One verdict on the earliest ending, where that is not the Python's own; what is unknown."""
    yield from map(NotEvaluated, facts.unknown_endings)
    endings = [ending for ending in facts.endings if not blocks(ending)]  # RUN204 speaks of those
    binding = next(iter(endings), None)
    if binding is None or _is_said(binding):
        return
    window = facts.window
    if due(window, binding) is None:
        return
    others = [ending for ending in endings if not _is_said(ending)]
    severities = [severity for ending in others if (severity := due(window, ending)) is not None]
    item = at(binding, facts.declarations)
    said = "; ".join(chain(window, endings, facts.declarations))
    verb = "was" if past(window, binding) else "is"
    yield Verdict(
        subject=f"{binding.kind} {binding.name}",
        message=f"its effective end of life {verb} {when(binding)}: {said}",
        help=_help(binding),
        at=item,
        file=binding.file,
        line=binding.line,
        severity=max(severities, key=lambda severity: severity.rank),
        effective=binding.last.isoformat(),
    )


def _is_said(ending: Ending) -> bool:
    """Whether RUN201 and RUN202 speak of it: not of the Python of an image built elsewhere."""
    return ending.kind is EndingKind.PYTHON and not origin(ending)[1]


def _help(binding: Ending) -> str:
    what, member = origin(binding)
    if member:
        return f"move {member} to a release after {what} that is maintained, and build on that"
    match binding.kind:
        case EndingKind.DEPENDENCY:
            return f"pin a release after {binding.name} that is maintained"
        case EndingKind.IMAGE:
            return f"build on a release after {binding.name} that is maintained"
        case _:
            what = binding.name.removesuffix(f" ({event(binding)})")
            return f"move to a runtime after {what} that is maintained"


RULE = Rule(code="RUN203", severity=Severity.WARNING, check=check, documentation=__doc__)
