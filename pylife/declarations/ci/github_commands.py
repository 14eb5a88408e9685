"""Commands of a script that name the Python that they run with.

Knows uv, nox, tox, hatch, Poetry, PDM, pyenv and conda as their documentation
describes their command lines. Only plain words count: nothing is expanded.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations import versions
from pylife.declarations.ci.github_text import Literal
from pylife.declarations.sessions import tox_factors
from pylife.model import PythonVersion

HINTS = ("uv", "nox", "tox", "hatch", "poetry", "pdm", "pyenv", "conda", "mamba", "TOXENV")
"""A script without any of these is not looked into."""

_CONTINUED = re.compile(r"\\\r?\n")
_SEGMENT = re.compile(r"""(?:"[^"\n]*"|'[^'\n]*'|\\.|[^\n;|&#"'\\]|(?<=\S)\#|["'\\])+|\#[^\n]*""")
_WORD = re.compile(r"""(?:\$\{\{(?:(?!\$\{\{).)*?\}\}|"[^"\n]*"|'[^'\n]*'|[^\s"'])+""")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=.*")
_BEFORE = frozenset(("sudo", "time", "env", "exec", "command", "xvfb-run", "python", "python3",
    "pipx", "run", "poetry", "pdm", "hatch", "coverage", "rye", "if", "then", "else", "do",
    "!", "{", "("))  # fmt: skip
_CONDA = re.compile(r"python={1,2}([23]\.\d+(?:\.\d+)?)(?:\.\*)?")
_SESSION = re.compile(r"[\w.]+(?:-[\w.]+)*?-([23]\.\d+t?)(?:\(.*\))?")
_OPTIONS = {
    "nox": {"-p", "--python", "--pythons", "-P", "--force-python", "--force-pythons",
            "--extra-python", "--extra-pythons"},
    "uv": {"-p", "--python"},
    "uvx": {"-p", "--python"},
    "hatch": {"-py", "--python"},
}  # fmt: skip
_USES = (
    ("uv", "python", "install"), ("poetry", "env", "use"), ("pdm", "use"),
    ("pdm", "python", "install"), ("pdm", "venv", "create"), ("pyenv", "install"),
    ("pyenv", "global"), ("pyenv", "local"),
)  # fmt: skip
_CONDAS = {"conda", "mamba", "micromamba"}
_TOOLS = {*_OPTIONS, *_CONDAS, "tox", "poetry", "pdm", "pyenv"}


class Mention(NamedTuple):
    """What one option or command names: Pythons with their texts, in order."""

    tool: str
    named: tuple[tuple[Literal, PythonVersion], ...]


def mentions(script: Literal) -> Iterator[Mention]:
    """The Pythons that the commands of `script` name plainly."""
    if not any(hint in script.text for hint in HINTS):
        return
    text = _CONTINUED.sub(lambda match: " " * len(match[0]), script.text)
    for segment in _SEGMENT.finditer(text):
        if not segment[0].startswith("#"):
            words = [
                _bare(script, text, segment.start() + match.start(), segment.start() + match.end())
                for match in _WORD.finditer(segment[0])
            ]
            yield from _command(words)


def _bare(script: Literal, text: str, start: int, end: int) -> Literal:
    """A word without the quotes around it."""
    if text[start] in "\"'" and text[end - 1] == text[start] and end - start > 1:
        start, end = start + 1, end - 1
    return script[start:end]


def _command(words: list[Literal]) -> Iterator[Mention]:
    """The mentions of one simple command and of what it runs."""
    for place, word in enumerate(words):
        text = word.text
        name = text.rpartition("/")[2]
        if name in _TOOLS and _runs(words, place):
            rest = words[place + 1 :]
            yield from _tool(name, rest)
            if name in {"uv", "uvx", "hatch", "poetry", "pdm"}:
                yield from _nested(rest)
            return
        if text.startswith("TOXENV="):
            yield from _environments(word[len("TOXENV=") :])
        elif not (_ASSIGNED.fullmatch(text) or text.startswith("-") or name in _BEFORE):
            return


def _runs(words: list[Literal], place: int) -> bool:
    """Whether the tool at `place` is run, rather than the `run` or `env` of `poetry run`."""
    name = words[place].text
    following = words[place + 1].text if place + 1 < len(words) else ""
    return not (name in {"poetry", "pdm"} and following == "run")


def _nested(words: list[Literal]) -> Iterator[Mention]:
    """The tox or nox that `uv run ...` or `uvx ...` runs."""
    for place, word in enumerate(words):
        before = words[place - 1].text if place else ""
        if word.text in {"tox", "nox"} and (not before.startswith("--") or "=" in before):
            if before in {"install", "add", "remove"}:
                return
            yield from _tool(word.text, words[place + 1 :])
            return


def _tool(name: str, words: list[Literal]) -> Iterator[Mention]:
    ends = next((n for n, word in enumerate(words) if word.text == "--"), len(words))
    words = words[:ends]
    for head, *rest in _USES:
        if name == head and [word.text for word in words[: len(rest)]] == rest:
            yield from _listed("run", [w for w in words[len(rest) :] if w.text[:1] != "-"])
            return
    if name == "tox":
        for _, values in _given(words, {"-e", "-f"}):
            for value in values[:1]:
                yield from _environments(value)
    elif name in _CONDAS:
        for word in words:
            match = _CONDA.fullmatch(word.text)
            if match is not None:
                yield from _listed("run", [word[match.start(1) : match.end(1)]])
    else:
        for _, values in _given(words, _OPTIONS.get(name, set())):
            yield from _listed("run", values if name == "nox" else values[:1])
    if name == "nox":
        yield from _sessions(words)


def _given(words: list[Literal], options: set[str]) -> Iterator[tuple[str, list[Literal]]]:
    """Each of `options` that is given, with the words up to the next option."""
    for place, word in enumerate(words):
        text = word.text
        option, equals, _ = text.partition("=")
        if equals and option in options:
            yield option, [word[len(option) + 1 :]]
        elif text in options:
            following = words[place + 1 :]
            ends = next((n for n, w in enumerate(following) if w.text[:1] == "-"), len(following))
            yield text, following[:ends]
        elif text[:2] in options and text[:2] != "--" and len(text) > 2 and text[2].isalnum():
            yield text[:2], [word[2:]]


def _sessions(words: list[Literal]) -> Iterator[Mention]:
    """Sessions of nox with the Python in their name: `tests-3.12`."""
    for _, values in _given(words, {"-s", "-e", "--session", "--sessions"}):
        found = []
        for value in values:
            match = _SESSION.fullmatch(value.text)
            if match is not None:
                found.append(value[match.start(1) : match.end(1)])
        yield from _listed("nox", found)


def _listed(tool: str, words: list[Literal]) -> Iterator[Mention]:
    found = []
    for word in words:
        python = versions.named(word.text)
        if python is not None:
            found.append((word, python))
    if found:
        yield Mention(tool, tuple(found))


def _environments(names: Literal) -> Iterator[Mention]:
    """The environments of tox that name a Python: `py310-django,py311`."""
    found = []
    for match in re.finditer(r"[^\s,]+", names.text):
        said = tox_factors.said(match[0], match[0])
        if "$" not in match[0] and said is not None and len(said.pythons) == 1 and said.clear > 1:
            found.append((names[match.start() : match.end()], said.pythons[0]))
    if found:
        yield Mention("tox", tuple(found))


def tox_environment(text: str) -> PythonVersion | None:
    """The Python of one tox environment such as `py310-django`; None for `lint` and `pypy3`."""
    said = tox_factors.said(text, text) if re.fullmatch(r"[\w.-]+", text) else None
    return said.pythons[0] if said is not None and said.clear > 2 and said.pythons else None
