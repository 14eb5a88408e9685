"""The text of a range with another floor or without its cap, otherwise as people wrote it."""

import re

from pylife.declarations import versions
from pylife.model import PythonVersion

_CLAUSE = r"\s*(?P<op>\^|~=|~|===|==|!=|<=|>=|<|>)?\s*(?P<version>[^,\s]+)\s*"


def set_floor(text: str, version: PythonVersion) -> str | None:
    """`text`, a range, with its least Python set to `version`; None where it has no plain floor.

    Only the version of the `>=`, `^` or `~=` clause changes, and exclusions that lie
    wholly below it go; the rest stays as written. A floor such as `>=3.9.2` becomes
    `>=3.10`: no patch level is written.
    """
    for match in re.finditer(_CLAUSE, text):
        if match["op"] in {">=", "^", "~="}:
            if match["op"] == "~=" and match["version"].count(".") != 1:
                return None  # `~=3.9.2` caps at 3.10: raising it would move the cap
            start, end = match.span("version")
            return _without_exclusions_below(f"{text[:start]}{version}{text[end:]}", version)
    return None


_EXCLUDED = r"\s*!=\s*(\d+)\.(\d+)(?:\.[\w.*]+)?\s*"


def _without_exclusions_below(text: str, floor: PythonVersion) -> str:
    """`text` without its `!=3.0.*` clauses that lie wholly below `floor`."""
    pieces = text.split(",")
    kept = []
    for piece in pieces:
        match = re.fullmatch(_EXCLUDED, piece)
        if match is None or (int(match[1]), int(match[2])) >= (floor.major, floor.minor):
            kept.append(piece)
    if kept and kept[0] is not pieces[0]:
        kept[0] = kept[0].lstrip()
    return ",".join(kept)


def remove_cap(text: str) -> str | None:
    """`text`, a PEP 440 or Poetry range, without its upper bound; None where it has none to remove.

    `^3.9` and `~=3.9` become `>=3.9`. `!=` clauses stay.
    """
    opened = re.sub(r"(?:\^|~=)(?=\s*\d)", ">=", text)
    pieces = opened.split(",")
    if opened == text and not any(re.match(r"\s*<", piece) for piece in pieces):
        return None
    return _without_caps(pieces)


_UPPER = r"<=?(?P<space>\s*)(?P<version>[^,\s]+)"


def set_cap(text: str, version: PythonVersion) -> str | None:
    """`text`, a range, with its upper bound moved to `version`, which it does not let in.

    `<3.13` and `<=3.12` become `<3.15`; None where it has no plain upper bound, or several.
    """
    if "|" in text:
        return None
    moved, count = re.subn(_UPPER, lambda match: f"<{match['space']}{version}", text)
    return moved if count == 1 else None


def poetry_cap(text: str) -> str | None:
    """`text`, a Poetry constraint, with its upper bound lifted to `<4`.

    None where it reaches that far already, and where it has no plain upper bound
    (`3.12.*`). `^3.10,<3.13` becomes `^3.10`, `~3.12` becomes `>=3.12,<4`.
    """
    operators = [clause["op"] for clause in re.finditer(_CLAUSE, text)]
    if "|" in text or None in operators or _reaches_4(text):
        return None
    pieces = text.split(",")
    if any("^" in piece or re.search(r"~=\s*3\.\d+\s*$", piece) for piece in pieces):
        return _without_caps(pieces)
    if any("~" in piece for piece in pieces):
        kept = _without_caps(pieces)
        return f"{re.sub(r'~=?', '>=', kept)},<4" if kept is not None else None
    lifted, count = re.subn(_UPPER, lambda match: f"<{match['space']}4", text)
    return lifted if count == 1 else None


def _reaches_4(text: str) -> bool:
    try:
        return versions.poetry(text).contains("3.9999")
    except ValueError:  # such as the escapes of a TOML string
        return False


def _without_caps(pieces: list[str]) -> str | None:
    """The clauses `pieces` of a range without those that are upper bounds; None for none left."""
    kept = [piece for piece in pieces if not re.match(r"\s*<", piece)]
    if not kept:
        return None
    first = kept[0]
    return ",".join([first.lstrip() if pieces[0] is not first else first, *kept[1:]])
