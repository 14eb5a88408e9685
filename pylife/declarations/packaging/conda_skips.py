"""Pythons for which a conda recipe builds nothing: what is left is where it may be installed.

`skip: true  # [py<39]` of meta.yaml, `match(python, "<3.9")` of recipe.yaml. What
depends on more than Python's version is unreadable.
"""

import re
from collections.abc import Iterator

from pylife.declarations import ranges
from pylife.declarations.base import File
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_SKIP = "conda-recipe-skip"
_COMPARED = re.compile(r"py\s*(<=?|>=?|==)\s*([23]\d{1,2})")
_MATCH = re.compile(r"match\(\s*python\s*,\s*(['\"])([^'\"]*)\1\s*\)")


def skipped(file: File, package: Node, group: str, *, v1: bool) -> Iterator[Declaration]:
    """What is left for `package`, a recipe or one of its outputs."""
    skip = yaml.get(package, "build", "skip")
    group = f"{group}.skip" if group else "skip"
    if v1:
        for node in [skip] if yaml.is_scalar(skip) else yaml.elements(skip):
            if yaml.is_scalar(node) and "python" in node.value:
                yield _matched(file, _MATCH.fullmatch(node.value.strip()), node, group)
    elif yaml.is_scalar(skip) and skip.value.lower() in {"true", "yes", "on"}:
        source = file.source
        at = skip.end_mark.index
        line = source.text[at : at + 500].partition("\n")[0]
        selector = re.match(r"\s*#\s*\[([^\[\]]*)\]", line)
        if selector is not None and re.search(r"\bpy\d?k?\b", selector[1]):
            place = source.span(at + selector.start(1), at + selector.end(1))
            yield _selected(file, selector[1], place, group)


def _selected(file: File, selector: str, place: Span, group: str) -> Declaration:
    """`py<39 or py>312`: what is skipped, so that all else is built."""
    kept = []
    for test in selector.split(" or "):
        match = _COMPARED.fullmatch(test.strip())
        if match is None:
            reason = f"{selector.strip()!r} speaks of more than Python's version"
            return file.unreadable(_SKIP, Role.SUPPORTS, place, reason, group=group)
        major, minor = match[2][0], int(match[2][1:])
        kept.append(
            {
                "<": f">={major}.{minor}",
                "<=": f">={major}.{minor + 1}",
                ">": f"<{major}.{minor + 1}",
                ">=": f"<{major}.{minor}",
                "==": f"!={major}.{minor}.*",
            }[match[1]]
        )
    return ranges.declare(file, _SKIP, ",".join(kept), place, group=group)


def _matched(file: File, match: re.Match[str] | None, node: ScalarNode, group: str) -> Declaration:
    """`match(python, "<3.9")`: one bound, so that what is left is a range."""
    bound = re.fullmatch(r"(<|>=)\s*([23]\.\d+)", match[2].strip()) if match else None
    span = yaml.scalar_span(file.source, node)
    if match is None or bound is None:
        reason = f"{node.value!r} is no single bound of Python"
        return file.unreadable(_SKIP, Role.SUPPORTS, span, reason, group=group)
    opposite = ">=" if bound[1] == "<" else "<"
    return ranges.declare(file, _SKIP, f"{opposite}{bound[2]}", span, group=group)
