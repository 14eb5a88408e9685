"""What the commands of a Dockerfile say about Python: packages, version managers, paths.

Reads the text of a RUN (or of a CMD, a COPY, an ENV) as words; it knows no shell.
Commands are known by their names: `apt-get install python3.11`, `uv venv
--python 3.12`, `conda install python=3.9`. Everywhere `python3.9` as a whole
part of a path or as a command is a path that has to follow the Python.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations import versions
from pylife.model import PythonVersion

APT, APK, DNF, OTHER, PATH = "apt", "apk", "dnf", "other", "path"
"""How a Python is found: the first three only have what the distribution has."""

_COMMAND = re.compile(r"[^;&|\n]+")
_COMMENT = re.compile(r"(?m)^[ \t]*#.*")
"""A line of a heredoc's script; between continuation lines Docker itself drops them."""
_WORD = re.compile(r"[^\s\"'`\\,\[\]()]+")
_MANAGERS = {
    "apt": APT, "apt-get": APT, "aptitude": APT, "apk": APK,
    "dnf": DNF, "yum": DNF, "microdnf": DNF, "tdnf": DNF,
    "conda": "conda", "mamba": "conda", "micromamba": "conda",
    "zypper": DNF, "amazon-linux-extras": DNF,
    "uv": "uv", "virtualenv": "uv", "pyenv": "pyenv", "poetry": "poetry",
}  # fmt: skip
_VERBS = {
    APT: {"install"},
    APK: {"add"},
    DNF: {"install", "in", "enable"},
    "conda": {"install", "create", "update"},
    "pyenv": {"install", "global", "local", "shell"},
    "poetry": {"use"},
}
_PACKAGE = re.compile(
    r"@?(?:lib)?python(?P<version>3\.\d+|3\d{1,2})(?:-[a-z][\w.+-]*)?(?P<pinned>[=:-].*)?"
)
_SYSTEM = re.compile(
    r"(?:python3(?:-(?:pip|venv|dev|devel|full|minimal|all))?|py3-pip|python-is-python3)"
    r"(?P<pinned>[=~<>:].*)?"
)
_APK_PIN = re.compile(r"python3(?:=~|~=|=|~)(?P<version>3\.\d+)(?![\d])\S*")
_CONDA = re.compile(
    r"(?:[\w-]+::)?python=(?P<exact>=)?(?P<version>3\.\d+(?:\.\d+)?)(?:\.?\*)?(?P<pinned>=\S*)?"
)
_UV = re.compile(r"(?:c?python[-@]?)?(?P<version>3\.\d+(?:\.\d+)?t?)(?![\d.*a-z])(?:-[a-z]\S*)?")
_PYENV = re.compile(r"(?P<version>3\.\d+(?:\.\d+)?t?)(?:-dev)?")
_PATH = re.compile(
    r"(?:(?<=[\s/\"'=:,;(\[`])|\A)python(?P<version>3\.\d{1,2})(?=[\s/\"':;,)\]`]|-config\b|\Z)"
)
_WORDS_END = re.compile(r"[\s\"']")
_SOURCE = re.compile(r"\bPython-(?P<version>3\.\d+\.\d+)\.(?:tgz|tar)\b")
_PYENV_PATH = re.compile(r"pyenv/versions/(?P<version>3\.\d+\.\d+)(?=[/\s\"':]|\Z)")


class Found(NamedTuple):
    """A Python that the characters `start` to `end` name; `fixed` says why they must stay."""

    start: int
    end: int
    python: PythonVersion
    how: str
    fixed: str = ""


class Scan(NamedTuple):
    """What a text says; `system` whether it installs the distribution's own Python."""

    found: list[Found]
    system: bool
    deadsnakes: bool


def scan(text: str) -> Scan:
    """What the commands in `text` install, and the paths in it, each place once."""
    found: dict[tuple[int, int], Found] = {}
    system = False
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    for command in _COMMAND.finditer(text):
        words = [
            (match[0], command.start() + match.start()) for match in _WORD.finditer(command[0])
        ]
        for item in _command(words):
            if item is None:
                system = True
            else:
                found.setdefault((item.start, item.end), item)
    for item in _paths(text):
        found.setdefault((item.start, item.end), item)
    return Scan(sorted(found.values()), system, "deadsnakes" in text)


def _command(words: list[tuple[str, int]]) -> Iterator[Found | None]:
    """What one command installs; None for the distribution's own Python."""
    for place, (word, _) in enumerate(words):
        manager = _MANAGERS.get(word.rpartition("/")[2])
        if manager is None:
            continue
        rest = words[place + 1 :]
        if manager == "uv":
            yield from _uv(word, rest)
            return
        verb = next((n for n, (text, _) in enumerate(rest) if text in _VERBS[manager]), None)
        if verb is not None:
            for text, start in rest[verb + 1 :]:
                yield from _argument(manager, text, start)
        return


def _argument(manager: str, text: str, start: int) -> Iterator[Found | None]:
    if manager == "conda":
        match = _CONDA.fullmatch(text)
        if match is not None:
            fixed = "it names one build of the package" if match["pinned"] else ""
            fixed = fixed or ("== names one release exactly" if match["exact"] else "")
            yield from _named(match, start, OTHER, fixed)
    elif manager in {"pyenv", "poetry"}:
        match = _PYENV.fullmatch(text)
        if match is not None:
            yield from _named(match, start, OTHER)
    elif manager == APK and (match := _APK_PIN.fullmatch(text)):
        yield from _named(match, start, APK)
        yield None
    elif match := _PACKAGE.fullmatch(text):
        fixed = "it names one build of the package" if match["pinned"] else ""
        yield from _named(match, start, manager, fixed)
    elif _SYSTEM.fullmatch(text):
        yield None


def _uv(program: str, words: list[tuple[str, int]]) -> Iterator[Found]:
    """`uv python install 3.12`, and `--python 3.12` of what makes or uses an environment."""
    texts = [text for text, _ in words]
    if texts[:1] == ["tool"]:  # a tool's own Python is not what the image is for
        return
    if texts[:2] in (["python", "install"], ["python", "pin"]) and program.endswith("uv"):
        for text, start in words[2:]:
            yield from _named(_UV.fullmatch(text), start, OTHER)
        return
    for place, (text, start) in enumerate(words):
        if texts[0] == "run" and place > 1 and not texts[place - 1].startswith("-"):
            return  # what follows are the options of what is run
        if text in {"--python", "-p"} and place + 1 < len(words):
            value, begin = words[place + 1]
            yield from _named(_UV.fullmatch(value), begin, OTHER)
        elif text.startswith("--python="):
            skip = len("--python=")
            yield from _named(_UV.fullmatch(text[skip:]), start + skip, OTHER)


def _paths(text: str) -> Iterator[Found]:
    """Places outside of package lists that carry the version."""
    for match in _PATH.finditer(text):
        before = _WORDS_END.split(text[max(0, match.start() - 500) : match.start()])[-1]
        if "://" not in before:
            yield from _named(match, 0, PATH)
    for match in _SOURCE.finditer(text):
        reason = "Python's source is named by its patch release"
        yield from _named(match, 0, OTHER, reason)
    for match in _PYENV_PATH.finditer(text):
        reason = "pyenv names the folder by the patch release"
        yield from _named(match, 0, PATH, reason)


def _named(match: re.Match[str] | None, start: int, how: str, fixed: str = "") -> Iterator[Found]:
    """The version that `match` holds, where it is one."""
    if match is None:
        return
    text = match["version"]
    python = versions.named(text if "." in text else f"py{text}")
    if python is not None:
        yield Found(
            start + match.start("version"), start + match.end("version"), python, how, fixed
        )
