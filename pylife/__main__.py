"""The command `pylife`; everything it does is in `pylife.cli`."""

import sys


def main() -> int:
    """Run the command line; returns the exit code (see `pylife.errors.ExitCode`)."""
    from pylife.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
