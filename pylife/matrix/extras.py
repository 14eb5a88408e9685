"""Which extras of the fleet's own libraries are asked for, in any notation."""

import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from packaging.utils import canonicalize_name

_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "noxfile.py")
_REQUIREMENTS = ("requirements*.txt", "requirements*.in", "requirements/*.txt")
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def declared(folder: Path) -> list[str]:
    """The texts of a project's own files that may name requirements."""
    paths = [folder / name for name in _FILES]
    paths += [path for pattern in _REQUIREMENTS for path in sorted(folder.glob(pattern))]
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()]


def metadata(wheel: Path) -> str:
    """A wheel's METADATA; empty where it cannot be read."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".dist-info/METADATA"):
                    return archive.read(name).decode("utf-8", errors="replace")
    except (OSError, zipfile.BadZipFile):
        pass
    return ""


def mentioned(folder: Path, names: Collection[str]) -> tuple[str, ...]:
    """Those of the (normalised) `names` that the project's own files name; sorted."""
    words = {word.rstrip("._-") for text in declared(folder) for word in _ITEM.findall(text)}
    return tuple(sorted({canonicalize_name(word) for word in words} & set(names)))


def wanted(name: str, text: str) -> str:
    """`[a,b]` for the extras of `name` (normalised) that `text` asks for, or nothing.

    Found are `name[a,b]`, and Poetry's `name = { ..., extras = ["a"] }`. One too
    many only installs more; one too few would fail tests that are well.
    """
    spelled = re.escape(name).replace(r"\-", "[-_.]+")
    start = rf"(?<![\w.-]){spelled}"
    pattern = rf"{start}\s*\[([^\]]*)\]|{start}[\"']?\s*=\s*\{{[^}}]*?extras\s*=\s*\[([^\]]*)\]"
    found = {
        item
        for groups in re.findall(pattern, text, re.IGNORECASE)
        for item in _ITEM.findall(" ".join(groups))
    }
    return f"[{','.join(sorted(found))}]" if found else ""
