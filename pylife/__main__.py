"""The command `pylife`; everything it does is in `pylife.cli`."""

import atexit
import gc
import sys


def main() -> int:
    """Run the command line; returns the exit code (see `pylife.errors.ExitCode`)."""
    # Starting up makes many objects that all live on: looking through them for
    # garbage at the usual pace costs a check a twentieth of its time, and looking
    # through what is left of them when the process ends costs it a fifth.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    if sys.argv[1:2] in (["nightly"], ["matrix"], ["deps"], ["upgrade"]):
        from pylife.cli import private

        private.begin(sys.argv[1:])
    from pylife.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
