"""How `pylife policy test` tells what it found, as text and as JSON data."""

from collections.abc import Iterator, Sequence
from typing import Any

from pylife.cli.policies import count
from pylife.policy import Policy
from pylife.policy.examples import Outcome

Tested = Sequence[tuple[Policy, Sequence[Outcome]]]
"""Policies with what they give for each of their examples."""


def document(found: Tested) -> dict[str, Any]:
    """The data of `policy test --format json`."""
    everything = [outcome for _, outcomes in found for outcome in outcomes]
    return {
        "policies": [
            {
                "policy": item.name,
                "file": item.source,
                "examples": [_outcome_document(outcome) for outcome in outcomes],
            }
            for item, outcomes in found
        ],
        "summary": {
            "policies": len(found),
            "without_examples": sum(not outcomes for _, outcomes in found),
            "examples": len(everything),
            "failed": sum(not outcome.passed for outcome in everything),
        },
    }


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    example = outcome.example
    return {
        "line": example.line,
        "as_of": example.as_of.isoformat(),
        "python" if example.python else "dependency": example.subject,
        "expected": example.expected,
        "found": outcome.found,
        "rule": outcome.rule,
        "source": example.source or None,
        "holds": outcome.passed,
    }


def text(found: Tested, *, verbose: bool) -> str:
    """What fails, each with its place; what holds as well if `verbose`; the last line counts."""
    lines: list[str] = []
    for item, outcomes in found:
        if not outcomes:
            lines.append(f"{item.source}: no examples, so nothing of {item.name} was tested")
        lines += [line for outcome in outcomes for line in _outcome(outcome, verbose=verbose)]
    everything = [outcome for _, outcomes in found for outcome in outcomes]
    failed = sum(not outcome.passed for outcome in everything)
    verdict = f"{failed} failed" if failed else "all hold" if everything else "nothing was tested"
    without = sum(not outcomes for _, outcomes in found)
    untested = f"; {without} without examples" if without and everything else ""
    lines.append(
        f"{count(len(found), 'policy', 'policies')}, {count(len(everything), 'example')}:"
        f" {verdict}{untested}"
    )
    return "\n".join(lines) + "\n"


def _outcome(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    example = outcome.example
    place = f"{example.file}:{example.line}: on {example.as_of}"
    what = f"Python {example.subject}" if example.python else example.subject
    are = "is" if example.python else "has the floor"
    if outcome.passed:
        if verbose:
            yield f"{place} {what} {are} {outcome.found}"
        return
    yield f"{place} {what} {are} {outcome.found}, and the example says {example.expected}"
    yield f"    {'rule':8}{outcome.rule or 'none: it is not known to the policy'}"
    if example.source:
        yield f"    {'source':8}{example.source}"
