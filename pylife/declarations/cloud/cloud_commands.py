"""Commands of scripts and CI that deploy a function: gcloud, aws, sam and az.

`--runtime python311` with its value on the same or, in a YAML list of
arguments, the next line; `--runtime-version 3.11` and `--linux-fx-version` of
az. What a variable gives is no declaration, neither is what is only printed.

Sources: the command references of gcloud (functions deploy), the AWS CLI
(lambda), AWS SAM (init) and the Azure CLI (functionapp, webapp).
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role

_RUNTIME = "command-runtime"
_VERSION = "command-runtime-version"

_VALUE = r"(?:=|[\"']?\s*(?:,\s*)?(?:-\s+)?)[\"']?"
_OPTION = re.compile(
    rf"--runtime{_VALUE}(?P<runtime>python(?:[23][\d.]*))(?![\w.-])"
    rf"|--runtime{_VALUE}python[:|](?P<web>[23]\.\d+)(?![\w.-])"
    rf"|--runtime-version{_VALUE}(?P<version>[23]\.\d+)(?![\w.-])"
    rf"|--linux-fx-version{_VALUE}python\|(?P<fx>[23]\.\d+)(?![\w.-])",
    re.IGNORECASE,
)
_TOOL = re.compile(r"\b(?:gcloud|cloud-sdk|aws|sam|az|func|AzureCLI)\b")
_PRINTED = re.compile(r"\s*@?(?:-\s+)?(?:echo|printf|print|usage)\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|(?<=[\s;]))#[^\n]*", re.MULTILINE)
_START = re.compile(r"(?<!\\)\r?\n")
_NEAR = 2000
"""How far before an option the name of its tool is looked for, in characters."""


def read(file: File) -> Iterator[Declaration]:
    """The runtimes that the commands name."""
    text = _COMMENT.sub(_blank, file.source.text)
    number = 0
    for match in _OPTION.finditer(text):
        if not _is_command(text, match):
            continue
        number += 1
        kind = match.lastgroup or ""
        span = file.source.span(*match.span(kind))
        site = _RUNTIME if kind == "runtime" else _VERSION
        yield file.python_named(site, Role.RUNS_ON, span, match[kind], group=f"command {number}")


def _blank(match: re.Match[str]) -> str:
    """Blanks for a comment; text that is quoted on its line may hold the character."""
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    quoted = before.count('"') % 2 or before.count("'") % 2
    return match[0] if quoted else " " * len(match[0])


def _is_command(text: str, match: re.Match[str]) -> bool:
    """Whether the option is one of a tool that deploys, and is Python's."""
    near = text[max(0, match.start() - _NEAR) : match.start()]
    line = _START.split(near)[-1]  # with the lines that a backslash joins to it
    if _PRINTED.match(line):
        return False
    in_list = re.match(r"\s*(?:-\s|[\"'\[])", line) is not None or not line.strip()
    if match.lastgroup == "version":
        rest = re.split(r"(?<!\\)\n", text[match.start() : match.start() + _NEAR], maxsplit=1)[0]
        return re.search(r"--runtime[=\s]+[\"']?python\b", line + rest, re.IGNORECASE) is not None
    return _TOOL.search(near if in_list else line) is not None


READER = Reader(
    name="cloud-commands",
    title="gcloud, aws, sam and az commands in scripts and CI",
    read=read,
    editors={_RUNTIME: runtimes.edit_runtime, _VERSION: edit_single},
)
