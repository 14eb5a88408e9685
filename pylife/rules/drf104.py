"""The runtime Python is outside requires-python.

Why: what is deployed or developed on is a Python that the project itself says
it does not support; an installer that honours the range refuses there.

Fix: move the runtime into the range, or widen the range.

Example: `FROM python:3.9-slim` beside `requires-python = ">=3.10"`.
"""

from collections.abc import Iterator

from pylife.model import Role, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing, strange
from pylife.rules.runtime import past


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each runtime declaration that names a Python outside the range."""
    runtimes = facts.runtimes
    yield from filter(None, map(strange, facts.of(Role.RUNS_ON)))
    if not runtimes or facts.supports is None:
        return
    if facts.covered is None:
        yield facts.unknown_range()
        return
    for item in runtimes:
        # Of a Python that is dropped or dead RUN201 speaks, and its fix leads into the range.
        outside = sorted(
            v for v in item.effective if v.plain not in facts.touched and not past(facts, v)
        )
        if outside:
            yield Verdict(
                subject=f"{item.file} {item.site} {listing(outside)}",
                message=f"runs on {listing(outside)}, which {facts.supports.raw!r} leaves out",
                help="move the runtime into the range, or widen the range",
                at=item,
            )


RULE = Rule(code="DRF104", severity=Severity.ERROR, check=check, documentation=__doc__)
