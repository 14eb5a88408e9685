"""What projects are called where not every name will do: in paths, in requirements, in comments.

A project's name is what the fleet calls it (`web (services/web)`, `lib@2.x`), and of a
project that nobody named what its own files say. It is not to be trusted.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from packaging.utils import canonicalize_name

from pylife.matrix.base import MatrixProject

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_LIKE_OURS = re.compile(r"-[0-9a-f]{12}\Z")
"""How names end that `slug` makes: nobody may choose one that is another project's."""
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_DISTRIBUTION = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_MOST = 60


def slug(name: str) -> str:
    """`name` as one part of a path: itself where it is plain; no two names have the same."""
    if _PLAIN.fullmatch(name) and not _LIKE_OURS.search(name):
        return name
    plain = _OTHER.sub("-", name)[:_MOST].strip("-.")
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()
    return f"{plain or 'x'}-{digest[:12]}"


def distribution(project: MatrixProject) -> str:
    """The normalised name by which requirements can ask for it; empty where there is none."""
    said = project.name if project.distribution is None else project.distribution
    normal = canonicalize_name(said)
    return normal if _DISTRIBUTION.fullmatch(normal) else ""


def distributions(projects: Iterable[MatrixProject]) -> dict[str, tuple[str, ...]]:
    """For each distribution the names of the projects that are it: of several branches, say."""
    found: dict[str, list[str]] = {}
    for project in projects:
        if called := distribution(project):
            found.setdefault(called, []).append(project.name)
    return {called: tuple(names) for called, names in sorted(found.items())}


def alone(projects: Iterable[MatrixProject]) -> dict[str, str]:
    """By distribution the name of its project; without those that several projects are."""
    return {
        called: names[0] for called, names in distributions(projects).items() if len(names) == 1
    }


def matching(asked: str, known: Iterable[str]) -> tuple[str, ...]:
    """The names among `known` that `asked` means: itself, else all that are normalised alike."""
    there = sorted(set(known))
    if asked in there:
        return (asked,)
    normal = canonicalize_name(asked)
    return tuple(name for name in there if canonicalize_name(name) == normal)


def printable(text: str) -> str:
    """`text` on one line, for comments and terminals: no line ends and no control characters."""
    return "".join(char if char.isprintable() else " " for char in text)
