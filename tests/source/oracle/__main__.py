"""`python -m tests.source.oracle`: the table, and every miss."""

import sys

from tests.source.oracle import truth
from tests.source.oracle.compare import cells, misses, table


def main() -> int:
    """Print the comparison; with --refresh, ask the interpreters first."""
    snippets = truth.snippets()
    pythons = truth.interpreters()
    if "--refresh" in sys.argv:
        missing = sorted(set(truth.PYTHONS) - set(pythons))
        if missing:
            sys.stdout.write(f"not written: no interpreter for {', '.join(missing)}\n")
            return 1
        truth.write(truth.ask(pythons, snippets))
    found = cells(snippets, truth.stored(), [*pythons.values()][-1])
    sys.stdout.write(table(found) + "\n\n" + "".join(f"{line}\n" for line in misses(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
