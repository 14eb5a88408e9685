"""What the scan of a project's source shows of each Python, as the site takes it."""

from typing import Any

from pylife.model import PythonVersion, Scope, SourceState
from pylife.rules.src601 import is_sure, lacking
from pylife.source.facts import SourceFacts, Use
from pylife.workflow.records import Read, shown_path

_SHOWN = 10
"""Lines that are given for a Python on which the source fails."""


def document(read: Read) -> dict[str, Any] | None:
    """For each Python that the scan speaks of, whether the source is clean, with the lines.

    What is installed or deployed counts: tests, tools and docs have findings of their own. None
    where nothing was scanned, which is not the same as clean; nor is what has no source, or what
    could not be parsed.
    """
    source = read.source
    if source is None:
        return None
    unparsed = [item for item in source.unparsed if item.at.scope is Scope.PACKAGE]
    counted = _counted(source)
    return {
        "files": source.files,
        "parser": str(source.parser),
        "unparsed": [
            {"file": shown_path(read.member, item.at.file), "reason": item.reason}
            for item in unparsed
        ],
        "pythons": {
            str(python): _python(read, source, counted, python, known=_known(source, unparsed))
            for python in sorted(source.scanned)
        },
    }


def _known(source: SourceFacts, unparsed: list[Any]) -> bool:
    return bool(source.files) and not unparsed


def _counted(source: SourceFacts) -> list[Use]:
    """The uses of what is installed or deployed, without those that a comment answers for."""
    ignored = {
        (item.at.file, item.at.line)
        for item in source.ignores
        if any(item.comment.speaks_of(code) for code in ("SRC601", "SRC602"))
    }
    return [
        use
        for use in source.uses
        if use.at.scope is Scope.PACKAGE and (use.at.file, use.at.line) not in ignored
    ]


def _python(
    read: Read, source: SourceFacts, uses: list[Use], python: PythonVersion, *, known: bool
) -> dict[str, Any]:
    name, one = read.member.project.name, frozenset({python})
    failing = [use for use in uses if lacking(source, name, use, one)]
    sure = [use for use in failing if is_sure(use)]
    if sure:
        state = SourceState.FAILS
    else:
        state = SourceState.CLEAN if known and not failing else SourceState.UNKNOWN
    shown = sure or failing
    return {
        "state": state.value,
        "count": len(shown),
        "by": [
            {
                "file": shown_path(read.member, use.at.file),
                "line": use.at.line,
                "what": use.what,
                "note": use.note or None,
            }
            for use in shown[:_SHOWN]
        ],
    }
