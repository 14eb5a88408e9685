"""What the rules on waivers share: how one is named, and a verdict at its place."""

from pylife.model import Severity, Waiver
from pylife.rules.base import Verdict

ALL = "*"
CELLS = "cells"
"""What the rule of a waiver may be, besides a code or its beginning."""


def named(waiver: Waiver) -> str:
    """The waiver in words: `the waiver of RNG002 for nw-core`."""
    what = "all rules" if waiver.rule == ALL else waiver.rule
    subject = f" ({waiver.subject})" if waiver.subject != ALL else ""
    project = f" for {waiver.project}" if waiver.project != ALL else ""
    return f"the waiver of {what}{subject}{project}"


def verdict(
    waiver: Waiver,
    message: str,
    help_: str,
    *,
    severity: Severity | None = None,
    effective: str | None = None,
) -> Verdict:
    """A verdict on `waiver` at its place; of two that say the same the place is one's own."""
    return Verdict(
        subject=f"{waiver.rule} {waiver.project} {waiver.subject}",
        message=message,
        help=help_,
        file=waiver.file,
        line=waiver.line,
        severity=severity,
        effective=effective,
    )
