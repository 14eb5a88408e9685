"""setup.cfg: python_requires and classifiers, as setuptools and pbr read them.

setuptools takes the range from `[options]`, pbr from `[metadata]`; both accept a
dash for the underscore.
"""

from collections.abc import Iterator

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.declarations.packaging import classifiers
from pylife.model import Declaration, Role
from pylife.syntax.ini import Option

_SITE = "setup-cfg-python-requires"
_RANGES = (
    ("options", "python_requires"),
    ("options", "python-requires"),
    ("metadata", "python_requires"),
    ("metadata", "python-requires"),
    ("metadata", "requires_python"),
    ("metadata", "requires-python"),
)


def read(file: File) -> Iterator[Declaration]:
    """The range and the classifiers."""
    for section, key in _RANGES:
        option = file.ini.get(section, key)
        if option is not None and option.value:
            yield _range(file, option)
            break
    for key in ("classifiers", "classifier"):
        option = file.ini.get("metadata", key)
        if option is not None:
            yield from _classifiers(file, option)


def _range(file: File, option: Option) -> Declaration:
    lines = list(option.lines())
    last, start = lines[-1]
    span = file.ini.span(lines[0][1], start + len(last))
    if option.value.startswith(("attr:", "file:")):
        return file.unreadable(_SITE, Role.SUPPORTS, span, f"read by the build from {option.value}")
    return ranges.declare(file, _SITE, "".join(text for text, _ in lines), span)


def _classifiers(file: File, option: Option) -> Iterator[Declaration]:
    group = f"metadata.{option.key}"
    lines = list(option.lines())
    if lines and lines[0][0].startswith(("attr:", "file:")):
        text, start = lines[0]
        span = file.ini.span(start, start + len(text))
        yield file.unreadable(
            "classifier", Role.ADVERTISES, span, f"read by the build from {text}", group=group
        )
        return
    # On one line, setuptools takes commas for separators.
    several = "\n" in option.value.strip()
    for text, start in lines:
        at = start
        for part in [text] if several or len(lines) > 1 else text.split(","):
            begin = at + len(part) - len(part.lstrip())
            at += len(part) + 1
            span = file.ini.span(begin, begin + len(part.strip()))
            yield from classifiers.declare(file, part, span, group)


READER = Reader(
    name="setup-cfg",
    title="setup.cfg",
    read=read,
    editors={_SITE: edit_range, "classifier": classifiers.edit},
)
