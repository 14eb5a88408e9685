"""How well a table agrees with the interpreters: exact sets of Pythons, name by name."""

from collections.abc import Iterator

from stdlib_interpreters import Interpreters
from stdlib_places import ALL, UNLISTED, bits, private

WORST = 25


class Count:
    """How many sets of Pythons are exactly right."""

    def __init__(self) -> None:
        self.right = self.all = 0
        self.wrong: list[str] = []

    def add(self, what: str, table: int, real: int) -> None:
        """Compare one name's sets."""
        self.all += 1
        if table == real:
            self.right += 1
        else:
            self.wrong.append(f"{what}: table {_names(table)}, interpreters {_names(real)}")

    @property
    def share(self) -> float:
        """The share that is exactly right."""
        return self.right / self.all if self.all else 0.0


def compare(data: bytes, real: Interpreters) -> dict[str, Count]:
    """The counts: modules, names that exist somewhere, and those of them that change."""
    # Not above: importing it reads the table that may yet have to be made.
    from pylife.source.scanner.table import Table

    table = Table(data)
    counts = {"modules": Count(), "names": Count(), "names that change": Count()}
    counts |= {"top-level names": Count(), "top-level names that change": Count()}
    for module, found, asked in modules(real):
        entry = table.module(module)
        mask = 0 if entry is None else entry.present
        counts["modules"].add(module, mask & asked, found)
    for module, name, seen, asked in names(real):
        entry = table.attribute(module, name)
        mask = 0 if entry is None else entry.present & asked
        kinds = ["names"] if "." in name else ["names", "top-level names"]
        for kind in kinds:
            counts[kind].add(f"{module}.{name}", mask, seen)
            if seen != asked:
                counts[f"{kind} that change"].add(f"{module}.{name}", mask, seen)
    return counts


def modules(real: Interpreters) -> Iterator[tuple[str, int, int]]:
    """module, where it is, and where one can tell, because the build did not leave it out."""
    every = {module for fact in real.facts for module in fact["modules"]}
    for module in sorted(every):
        if UNLISTED.search(module):
            continue
        yield module, real.found(module), ALL & ~real.left_out(module)


def names(real: Interpreters) -> Iterator[tuple[str, str, int, int]]:
    """module, qualified name, where it is, and where one can tell: all public names."""
    every = {module for fact in real.facts for module, found in fact["modules"].items() if found}
    for module in sorted(every):
        if private(module):
            continue
        # Where a module is not there its names are not; where it failed to import, who knows.
        unknown = real.found(module) & ~real.imported(module)
        asked = ALL & ~unknown & ~real.left_out(module)
        shown: dict[str, int] = {}
        for i in bits(asked):
            for name, fact in (real.facts[i]["modules"].get(module) or {}).items():
                if name.startswith("_"):
                    continue
                shown[name] = shown.get(name, 0) | 1 << i
                for member in real.members(fact["c"], i) if "c" in fact else ():
                    if not member.startswith("_"):
                        key = f"{name}.{member}"
                        shown[key] = shown.get(key, 0) | 1 << i
        for name in sorted(shown):
            yield module, name, shown[name], asked


def text(data: bytes, real: Interpreters) -> str:
    """The report as lines of text."""
    pythons = ", ".join(fact["python"] for fact in real.facts)
    lines = [f"{len(data)} bytes; compared with {pythons}:"]
    for title, count in compare(data, real).items():
        lines.append(f"{title}: {count.right} of {count.all} exact ({count.share:.4f})")
        lines += [f"  {wrong}" for wrong in count.wrong[:WORST] if "top-level" not in title]
    return "\n".join(lines)


def _names(mask: int) -> str:
    return " ".join(f"3.{8 + i}" for i in bits(mask)) or "none"
