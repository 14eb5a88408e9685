"""How many cells this machine can run at a time: by its cores and its free memory.

Both as the process may use them: of a container it is the container's share.
Sources: sched_getaffinity(2); Linux kernel documentation, cgroup v2 (`cpu.max`,
`memory.max`, `memory.current`) and /proc/meminfo (`MemAvailable`).
"""

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")
_MEMORY = Path("/proc/meminfo")
_MIB = 1 << 20


def jobs(needed: Iterable[int] = (), *, root: Path = Path("/")) -> int:
    """Cells at a time, at least one. `needed` are the MiB that cells are thought to need.

    `root` is where the system's files are looked for.
    """
    most = max(needed, default=0)
    free = memory(root)
    if not most or free is None:
        return cores(root)
    return max(1, min(cores(root), free // most))


def cores(root: Path = Path("/")) -> int:
    """The cores that this process may use, at least one."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:
        found = os.cpu_count() or 1
    quota, _, period = _text(_inside(root, _GROUP / "cpu.max")).partition(" ")
    if quota.isdigit() and period.strip().isdigit() and int(period):
        found = min(found, math.ceil(int(quota) / int(period)))
    return max(1, found)


def memory(root: Path = Path("/")) -> int | None:
    """MiB of memory that are free for more, or None where the system does not tell."""
    found = re.search(r"^MemAvailable: +(\d+) kB", _text(_inside(root, _MEMORY)), re.MULTILINE)
    free = int(found[1]) // 1024 if found else None
    most = _text(_inside(root, _GROUP / "memory.max")).strip()
    used = _text(_inside(root, _GROUP / "memory.current")).strip()
    if most.isdigit() and used.isdigit():
        left = max(0, int(most) - int(used)) // _MIB
        free = left if free is None else min(free, left)
    return free


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
