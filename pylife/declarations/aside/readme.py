"""What README and the first pages of the documentation tell people: prose and badges.

`Python 3.9+`, `Python >= 3.9`, `Python 3.9 or later` and `requires Python 3.9`
are read, lists (`Python 3.9, 3.10 and 3.11`), ranges (`Python 3.9 - 3.12`) and
badges whose text is literal (shields.io's "Static Badge", badgen.net). A Python
that is only mentioned is no claim, nor is one in a sentence that denies it, nor
what stands in a block of code or below the heading of a change log. Nothing
here is edited: these are people's words.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from packaging.specifiers import SpecifierSet

from pylife.declarations.aside import prose
from pylife.declarations.base import File, Reader
from pylife.model import Declaration, Role

_PROSE = "readme-prose"
_BADGE = "readme-badge"

# Markup that may stand between the word and the number.
_MARKUP = r"(?:\*{1,2}|`{1,2}_{0,2}|_{1,2}|\]\([^)\s]{0,200}\)|</?\w{1,8}>|&nbsp;|[:(])"
_PYTHON = re.compile(
    rf"(?<![\w./@:=#-])C?Python(?:\s{{1,3}}(?:versions?|releases?))?{_MARKUP}{{0,3}}"
    rf"\s{{0,4}}{_MARKUP}{{0,2}}\s?(?=\\?[>=≥]|&gt;|v?[23]\.)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:requires?|required|requirements?|needs?)\b\W{0,6}\Z", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:at least|minimum(?: of)?|min\.?)\W{0,4}\Z", re.IGNORECASE)
_ASKED_BEHIND = re.compile(r"[*_`]{0,2}\s(?:is |are )?required\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:drop(?:s|ped|ping)?|no longer|not (?:yet )?support\w*|unsupported|deprecat\w+|remov\w+"
    r"|end[ -]of[ -]life|eol|do(?:es)?n['\u2019]t|does not|do not|cannot|can['\u2019]t|until|legacy"
    r"|older|prior|before|except|last version|if you)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?](?=\s)|\n\s*\n|\n\s*[-*#|]")

_CHANGES = re.compile(
    r"^(?:#{1,6}\s*)?(?:changes|change ?log|(?:release )?history|release notes|news"
    r"|what['\u2019]?s new)[ \t]*#*\s*$",
    re.IGNORECASE | re.MULTILINE,
)
"""The heading of what was once true."""
_FENCE = re.compile(r"[ \t>]*(```+|~~~+)")
_DIRECTIVE = re.compile(
    r"\s*\.\. (?P<code>(?:code|code-block|sourcecode|prompt|parsed-literal)::)?"
)
_PROMPT = re.compile(r"\s*(?:\$|>>>|\.\.\.|%|#!)\s?")

_URL = re.compile(
    r"img\.shields\.io/badge/(?P<badge>[^\s)\"'\]?]{1,300})"
    r"|img\.shields\.io/static/v1\?(?P<query>[^\s)\"'<>\]]{1,300})"
    r"|badgen\.net/badge/(?P<path>[^\s)\"'<>\]?]{1,300})"
)
_LABEL = re.compile(r"(?:supported )?(?:c?python|py)(?: versions?)?(?: support(?:ed)?)?")


def read(file: File) -> Iterator[Declaration]:
    """Badges, and what prose outside of code claims."""
    for match in _URL.finditer(file.source.text):
        yield from _badge(file, match)
    text, done = _without_code(file.source.text), 0
    changes = _CHANGES.search(text)
    text = text[: changes.start()] if changes is not None else text
    for match in _PYTHON.finditer(text):
        found = prose.claim(text, match.end(), file.known) if match.start() >= done else None
        if found is None or _DENIED.search(_sentence(text, match.start(), found.end)):
            continue
        done = found.end
        span = file.source.span(match.end(), found.end)
        before = text[max(0, match.start() - 40) : match.start()]
        after = text[found.end : found.end + 20]
        if found.specifier is not None:
            yield file.range(_PROSE, Role.ADVERTISES, span, found.specifier)
        elif len(found.pythons) > 1:
            yield file.listed(_PROSE, Role.ADVERTISES, span, found.pythons)
        elif _LEAST.search(before):
            specifier = SpecifierSet(f">={found.written}")
            yield file.range(_PROSE, Role.ADVERTISES, span, specifier)
        elif _ASKED.search(before) or _ASKED_BEHIND.match(after):
            yield file.listed(_PROSE, Role.ADVERTISES, span, found.pythons)


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a place, as far as it can be told; 200 characters to each side."""
    before, after = text[max(0, start - 200) : start], text[end : end + 200]
    pieces = _SENTENCE.split(before)
    return f"{pieces[-1]} {text[start:end]} {_SENTENCE.split(after)[0]}"


def _without_code(text: str) -> str:
    """`text` with blanks for blocks of code, prompts and HTML comments; every place stays."""
    lines: list[str] = []
    fence, literal = "", -1
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        depth = len(line) - len(line.lstrip())
        if literal >= 0 and line.strip() and depth <= literal:
            literal = -1
        code = bool(fence) or literal >= 0 or _PROMPT.match(line) is not None
        if mark is not None and (not fence or mark[1].startswith(fence)):
            fence, code = ("" if fence else mark[1]), True
        elif not code and _begins_code(line):
            literal = depth
        lines.append(" " * len(line) if code else line)
    return re.sub(
        r"<!--.*?(?:-->|\Z)",
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        "\n".join(lines),
        flags=re.DOTALL,
    )


def _begins_code(line: str) -> bool:
    """Whether a block of code follows, by reStructuredText's signs."""
    directive = _DIRECTIVE.match(line)
    if directive is not None:
        return directive["code"] is not None
    return line.rstrip().endswith("::")


def _badge(file: File, match: re.Match[str]) -> Iterator[Declaration]:
    """A badge with a literal text; one that a server fills in says nothing here."""
    kind = str(match.lastgroup)
    text, start = match[kind], match.start(kind)
    message = None
    if kind == "query":
        label = re.search(r"(?:\A|&)label=([^&]*)", text)
        message = re.search(r"(?:\A|&)message=([^&]+)", text)
    else:
        stop = r"[^/]+" if kind == "path" else r"(?:[^-]|--)+"
        between = "/" if kind == "path" else "-"
        label = re.match(rf"({stop}?){between}({stop})", text)
        message = re.compile(rf"{stop}?{between}({stop})").match(text)
    if label is None or message is None or not _LABEL.fullmatch(_shown(label[1]).lower()):
        return
    shown = re.sub(r"(?<=\d)\s+(?=[23]\.)", ", ", _shown(message[1]))
    found = prose.claim(shown, 0, file.known)
    if found is None or shown[found.end :].strip():
        return
    span = file.source.span(start + message.start(1), start + message.end(1))
    if found.specifier is not None:
        yield file.range(_BADGE, Role.ADVERTISES, span, found.specifier)
    else:
        yield file.listed(_BADGE, Role.ADVERTISES, span, found.pythons)


def _shown(text: str) -> str:
    """The text of a badge as people see it: `_` is a blank, doubled signs are single."""
    plain = unquote(text).replace("__", "\0").replace("_", " ").replace("\0", "_")
    return plain.replace("--", "-").strip()


READER = Reader(
    name="readme",
    title="README and documentation: prose and badges",
    read=read,
    editors={},
)
