"""The scanner as a program: a request as JSON on stdin, one line of JSON a file on stdout.

Run by the newest interpreter found, with pylife's own modules and the standard library alone.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pylife.source.scanner.scan import scan
from pylife.source.scanner.uses import FileResult, Guard, Imported, Use
from pylife.source.scanner.versions import ALL, at_least, mask, parse

__all__ = ["FileResult", "main", "record", "scan"]


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin)
    first_party = frozenset(request.get("first_party", ()))
    wanted = mask([parse(text) for text in request["versions"]]) if "versions" in request else ALL
    for path, place in request["files"]:
        try:
            source = Path(place).read_bytes()
        except OSError as error:
            result = FileResult(path, unparsed=f"cannot be read: {error.strerror}")
        else:
            result = scan(source, path, first_party)
        sys.stdout.write(json.dumps(record(result, wanted), ensure_ascii=True) + "\n")
    sys.stdout.flush()


def record(result: FileResult, wanted: int = ALL) -> dict[str, Any]:
    """A result as JSON has it; `wanted` are the Pythons to look at. Sets stay integers."""
    uses = [use for use in result.uses if _matters(use, wanted)]
    return {
        "path": result.path,
        "lines": result.lines,
        "ends": result.ends,
        "unparsed": result.unparsed,
        "uses": [_use(use, wanted) for use in uses],
        "imports": [_imported(each, wanted) for each in result.imports],
        "guards": [_guard(each, wanted) for each in result.guards],
    }


def _matters(use: Use, wanted: int) -> bool:
    if use.fails_on & wanted:
        return True
    return use.deprecated is not None and bool(use.reached & wanted & at_least(use.deprecated))


def _use(use: Use, wanted: int) -> dict[str, Any]:
    return use._asdict() | {"reached": use.reached & wanted, "fails_on": use.fails_on & wanted}


def _imported(each: Imported, wanted: int) -> dict[str, Any]:
    return each._asdict() | {"reached": each.reached & wanted}


def _guard(each: Guard, wanted: int) -> dict[str, Any]:
    return each._asdict() | {"true": each.true & wanted, "false": each.false & wanted}
