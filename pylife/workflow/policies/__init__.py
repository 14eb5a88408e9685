"""Policies looked at by themselves: as they are named on a command line, tested, compared."""

import difflib
from pathlib import Path

from pylife import calendar, policy
from pylife.errors import ConfigError
from pylife.policy import Policy, examples
from pylife.policy.examples import Outcome


def given(name: str) -> Policy:
    """The policy `name`: a preset, an installed one, or a file of any name.

    A file is read once, so that a pipe such as `<(git show HEAD:policy.toml)` will do; what it
    extends is then looked for from where the process runs. Raises ConfigError where there is
    no such policy, with the nearest name, or where it is wrong.
    """
    path = Path(name)
    if name.endswith(".toml") or not path.exists() or path.is_dir() or name in policy.names():
        try:
            return policy.find(name, Path())
        except ConfigError as error:
            if error.path is not None or not error.message.startswith("no policy"):
                raise
            raise ConfigError(error.message, help=_help(name)) from None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=name) from None
    folder = path.parent if path.is_file() else Path()
    return policy.parse(data, shown=name, folder=folder)


def tested(found: Policy) -> tuple[Outcome, ...]:
    """What `found` gives for each `[[example]]` of its own file, in the order of the file.

    The examples of a policy that it extends are that policy's own. Raises ConfigError for a
    day that is none.
    """
    return examples.run(found, examples.read(found.layers[-1]), calendar.load())


def _help(name: str) -> str:
    known = policy.names()
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{meant}presets: {', '.join(known)}; or the path of a file"
