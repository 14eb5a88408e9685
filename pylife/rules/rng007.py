"""A cap keeps nothing out.

Why: an upper bound such as `<4` keeps out no Python that exists or is planned. It is not
free: Poetry takes it for a limit of whatever depends on this, so that each dependant has
to write it too. Poetry's caret is such a cap: `^3.9` is `>=3.9,<4.0`.

Fix: remove the cap. Where Poetry needs it for its own lock, let `[project]
requires-python`, which is published, go without, and keep the cap in
`[tool.poetry.dependencies] python`, which is then for locking only.

Example: `requires-python = ">=3.10,<4"`, or Poetry's `python = "^3.10"` as the only range.
"""

from collections.abc import Iterator

from pylife.declarations.authority import AUTHORITY
from pylife.model import Declaration, RemoveCap, Severity, Target, coverage
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict
from pylife.rules.caps import uncapped

_POETRY = "poetry-python"
_DOES = (
    "keeps out no Python that is there or planned, and Poetry asks whoever depends on this for"
    " the same cap"
)


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """An upper bound of a library's published range that makes no difference today."""
    supports = facts.supports
    # An application has no dependants, and an environment publishes nothing.
    if supports is None or not facts.is_library or supports.site not in AUTHORITY:
        return
    if supports.specifier is None:
        yield facts.unknown_range()
        return
    if supports.specifier.contains("9999", prereleases=True) or not facts.has_floor:
        return  # open, or of no use before RNG001 passes
    known = facts.calendar.versions
    if coverage(uncapped(supports.specifier), known) != coverage(supports.specifier, known):
        return  # it keeps something out: RNG004 says so where the policy asks for that
    yield _poetry(supports) if supports.site == _POETRY else _plain(facts, supports)


def _plain(facts: Facts, supports: Declaration) -> Verdict:
    locked = any(item.site in {_POETRY, "poetry-lock-python"} for item in facts.declarations)
    keep = "; if Poetry asks for it, keep it in [tool.poetry.dependencies] python alone"
    return Verdict(
        subject="cap",
        message=f"the cap in {supports.raw!r} {_DOES}",
        help="remove the cap" + (keep if locked else ""),
        at=supports,
        unsafe=True,
        changes=(RemoveCap(Target(file=supports.file, site=supports.site, group=supports.group)),),
    )


def _poetry(supports: Declaration) -> Verdict:
    assert supports.specifier is not None  # noqa: S101 - asked only where there is one
    floors = [clause for clause in supports.specifier if clause.operator == ">="]
    open_ended = f'[project] requires-python = "{floors[0]}"' if floors else "requires-python"
    caret = "^" in supports.raw or "~" in supports.raw
    published = f" (published as {str(supports.specifier)!r})" if caret else ""
    return Verdict(
        subject="cap",
        message=f"the cap in {supports.raw!r}{published} {_DOES}",
        help=f"publish {open_ended}, and keep this one for Poetry's lock",
        at=supports,
    )


RULE = Rule(
    code="RNG007",
    severity=Severity.INFO,
    check=check,
    documentation=__doc__,
    fixes=("unsafe",),
)
