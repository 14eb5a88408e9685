"""The command `pylife`; everything it does is in `pylife.cli`."""

import gc
import sys


def main() -> int:
    """Run the command line; returns the exit code (see `pylife.errors.ExitCode`)."""
    # Starting up makes many objects that all live on: looking through them for
    # garbage at the usual pace costs a check a twentieth of its time.
    gc.set_threshold(50_000)
    from pylife.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
