"""One file: parsed, walked, and what was found."""

import ast
import gc
import re
import sys

from pylife.source.scanner import hot, parsing
from pylife.source.scanner.places import Places
from pylife.source.scanner.table import Table, load
from pylife.source.scanner.unsure import TooMuchWorkError
from pylife.source.scanner.uses import FileResult, Use
from pylife.source.scanner.visit import Visitor

_OUTSIDE = tuple(re.compile(rb"%b[ \t]+([^\n#;]+)" % word) for word in (b"global", b"nonlocal"))
_NEAR = 200
_NAME = re.compile(rb"[^\s,\\()]+")


def scan(
    source: bytes,
    path: str,
    first_party: frozenset[str] = frozenset(),
    table: Table | None = None,
) -> FileResult:
    """What a file uses; never fails, whatever the file is."""
    collecting = gc.isenabled()
    gc.disable()  # a tree is one large heap of young objects without a cycle
    try:
        tree, said = parsing.parse(source)
        visitor = _visitor(tree, source, first_party, table)
        try:
            visitor.walk(tree)
        finally:
            visitor.module.forget()
            visitor.guards.close()
        for use in said:
            visitor.spell(use)
        return FileResult(
            path,
            tuple(sorted(dict.fromkeys(visitor.uses()), key=_order)),
            tuple(visitor.imported),
            tuple(dict.fromkeys(visitor.conditions)),
            _lines(source),
            ends=visitor.ends,
        )
    except TooMuchWorkError:
        reason = "its conditions would take too much work to follow"
    except (RecursionError, MemoryError):
        reason = f"nested too deeply for Python {_host()}"
    except SyntaxError as error:
        reason = f"Python {_host()} cannot parse it: {_where(error)}"
    except (ValueError, OverflowError, LookupError) as error:
        reason = f"Python {_host()} cannot parse it: {error}"
    finally:
        if collecting:
            gc.enable()
    return FileResult(path, lines=_lines(source), unparsed=reason)


def _visitor(
    tree: ast.Module, source: bytes, first_party: frozenset[str], table: Table | None
) -> Visitor:
    names = hot.of_data() if table is None else hot.of(table)
    outside = frozenset(
        name.decode("utf-8", "replace")
        for pattern in _OUTSIDE
        for match in pattern.finditer(source)
        if _begins(source, match.start())
        for name in _NAME.findall(match[1])
    )
    return Visitor(tree, Places(source), table or load(), names, first_party, outside)


def _begins(source: bytes, place: int) -> bool:
    """Whether nothing but blanks comes before a place in its line, as far as that is looked at."""
    before = source[max(0, place - _NEAR) : place]
    return not before.rpartition(b"\n")[2].strip(b" \t")


def _lines(source: bytes) -> int:
    return source.count(b"\n") + (not source.endswith(b"\n") and bool(source))


def _order(use: Use) -> tuple[int, int, str, str]:
    return use.line, use.column, use.what, use.kind


def _where(error: SyntaxError) -> str:
    said = parsing.explain(error, sys.version_info[:2])
    return f"{said} (line {error.lineno})" if error.lineno else said


def _host() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
