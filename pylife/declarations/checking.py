"""Whether a change holds: editors are trusted only after their outcome was read back."""

from collections.abc import Sequence

from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropFallback,
    DropPython,
    PythonVersion,
    RemoveCap,
    RemoveRequirement,
    SetCap,
    SetFloor,
    SetPython,
    SetRequirement,
    TakeBranch,
    coverage,
)


def holds(
    change: Change,
    before: Sequence[Declaration],
    after: Sequence[Declaration],
    known: tuple[PythonVersion, ...],
) -> bool:
    """Whether the declarations `after` are those `before` with `change` made, and nothing else."""
    if sum(item.unreadable is not None for item in after) > sum(
        item.unreadable is not None for item in before
    ):
        return False
    match change:
        case AddPython(version=version):
            return _listed(after) == _listed(before) | {version}
        case DropPython(version=version):
            return _listed(after) == _listed(before) - {version}
        case SetPython(version=version):
            # More where it now says the same as its neighbour, whose group it joins.
            return len(after) >= len(before) and _listed(after) == {version}
        case SetFloor(version=version):
            pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
            return bool(after) and all(_floor(old, new, version, known) for old, new in pairs)
        case SetCap(version=version):
            pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
            return bool(after) and all(_capped(old, new, version, known) for old, new in pairs)
        case RemoveCap():
            return bool(after) and all(_open(item) for item in after)
        case RemoveRequirement() | SetRequirement() | TakeBranch() | DropFallback():
            return False  # it is no declaration; its editor reads back by itself


def _listed(declarations: Sequence[Declaration]) -> set[PythonVersion]:
    return {version for item in declarations for version in item.versions or ()}


def _open(item: Declaration) -> bool:
    """Whether a range has no upper bound; Poetry's ends at 4, as those of all it resolves do."""
    far = "3.9999" if item.site == "poetry-python" else "9999"
    return item.specifier is not None and item.specifier.contains(far)


def _capped(
    before: Declaration, after: Declaration, cap: PythonVersion, known: tuple[PythonVersion, ...]
) -> bool:
    """Whether `after` ends below `cap`, lets in all up to there, and is as `before` elsewhere."""
    if before.specifier is None or after.specifier is None:
        return False
    known = tuple(sorted({*known, cap}))
    old, new = coverage(before.specifier, known), coverage(after.specifier, known)
    last = max((*old.full, *old.partial), default=cap)
    return last < cap and all(
        (version in new.full) == (last <= version < cap) and version not in new.partial
        if version >= last
        else (version in old.full, version in old.partial)
        == (version in new.full, version in new.partial)
        for version in known
    )


def _floor(
    before: Declaration, after: Declaration, floor: PythonVersion, known: tuple[PythonVersion, ...]
) -> bool:
    """Whether `after` starts at `floor` and is as `before` from where both hold."""
    if before.specifier is None or after.specifier is None:
        return False
    known = tuple(sorted({*known, floor}))
    old, new = coverage(before.specifier, known), coverage(after.specifier, known)
    touched = {*new.full, *new.partial}
    if floor not in touched or any(version < floor for version in touched):
        return False
    least = min((*old.full, *old.partial), default=floor)
    return all(
        (version in old.full, version in old.partial)
        == (version in new.full, version in new.partial)
        for version in known
        if version > max(floor, least)
    )
