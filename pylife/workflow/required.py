"""What a project says that it requires, as it is written, for the read document."""

import re
from typing import Any

from pylife.source.facts import Requirement
from pylife.workflow.records import Read, shown_path

_ADDRESS = re.compile(r"[\w\]]\s*@")
_HASH = re.compile(r"\s--[a-z].*", re.DOTALL)


def document(read: Read) -> dict[str, Any] | None:
    """By package, the lines that require it to run or for an extra; `unknown` says why there may
    be more.

    None where nobody looked, which is not the same as nothing.
    """
    if read.source is None:
        return None
    packages: dict[str, list[dict[str, Any]]] = {}
    for item in read.source.requirements:
        if item.use != "else":
            packages.setdefault(item.name, []).append(
                {
                    "written": written(item),
                    "file": shown_path(read.member, item.file),
                    "line": item.line,
                    "use": item.use,
                }
            )
    return {
        "unknown": read.source.requirements_unknown or None,
        "packages": dict(sorted(packages.items())),
    }


def written(item: Requirement) -> str:
    """The requirement in the words of its line, without hashes.

    An address may hold a password, so it is only said that there is one.
    """
    wanted, semicolon, marker = item.raw.partition(";")
    if item.constraint == "@" or "://" in item.raw or _ADDRESS.search(wanted):
        return f"{item.name} @ an address"
    if item.constraint is not None:
        return f"{wanted} {item.constraint}{semicolon}{marker}"
    return _HASH.sub("", item.raw)
