"""CODEOWNERS: who owns a project, by GitHub's rules.

Source: GitHub Docs, "About code owners", read 2026-11-21: the file is taken from `.github/`,
the root or `docs/`, the first that there is; the last line that matches decides; patterns are
those of gitignore without `!`, `[ ]` and an escaped `#`; a line without owners leaves what it
matches to nobody; a line that is wrong is skipped.
"""

import re
from pathlib import Path
from typing import NamedTuple

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may be, the one that counts first."""
_BYTES = 3_000_000
"""A larger file is not loaded by GitHub."""
_OWNER = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")


class Rule(NamedTuple):
    """One line: which paths, and who owns them; nobody where `owners` is empty."""

    pattern: str
    owners: tuple[str, ...]


def find(root: Path) -> list[Rule] | None:
    """The rules of the repository at `root`; None where it has no such file, or none to be read."""
    for place in PLACES:
        path = root / place
        try:
            if path.is_file():
                return parse(path.read_bytes()[:_BYTES].decode(errors="replace"))
        except OSError:
            return None
    return None


def parse(text: str) -> list[Rule]:
    """The rules of a CODEOWNERS file, in order, without the lines that are wrong."""
    rules = []
    for line in text.splitlines():
        words = re.findall(r"(?:\\.|\S)+", re.sub(r"(^|(?<=\s))#.*", "", line))
        if not words or words[0].startswith("!") or re.search(r"[\[\]]", words[0]):
            continue
        if all(_OWNER.fullmatch(word) for word in words[1:]):
            rules.append(Rule(words[0].replace("\\ ", " "), tuple(words[1:])))
    return rules


def owners(rules: list[Rule], path: str) -> tuple[str, ...]:
    """Who owns the file `path` of the repository: what the last rule that matches it says."""
    return next((rule.owners for rule in reversed(rules) if matches(rule.pattern, path)), ())


def of_project(rules: list[Rule], folder: str) -> tuple[str, ...]:
    """Who owns the project in `folder` (empty for the root), without the `@`; no addresses.

    That is who owns a file in it that no narrower line names.
    """
    inside = f"{folder.strip('/')}/\0".lstrip("/")
    return tuple(owner.removeprefix("@") for owner in owners(rules, inside) if "@" not in owner[1:])


def matches(pattern: str, path: str) -> bool:
    """Whether `pattern` speaks of the file `path`, as in a gitignore file."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    only_folder = pattern.endswith("/")
    made = "".join(_part(part) for part in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?)", body))
    start = "" if anchored else "(?:.*/)?"
    # What names a folder speaks of all in it; `x/*` speaks only of what is in x itself.
    if only_folder:
        end = "/.*"
    elif body.endswith("*") and anchored and not body.endswith("**"):
        end = ""
    else:
        end = "(?:/.*)?"
    return re.fullmatch(start + made + end, path, re.DOTALL) is not None


def _part(text: str) -> str:
    match text:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _:
            return re.escape(text)
