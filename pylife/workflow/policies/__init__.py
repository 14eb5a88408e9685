"""Policies looked at by themselves: as they are named on a command line, tested, compared."""

from pathlib import Path
from typing import Literal, NamedTuple

from pylife import calendar, policy
from pylife.errors import ConfigError
from pylife.policy import Policy, examples, installed
from pylife.policy.examples import Outcome


class Entry(NamedTuple):
    """A policy that can be named: `broken` says why it cannot be used, which has no `policy`."""

    name: str
    kind: Literal["preset", "installed"]
    policy: Policy | None
    broken: str = ""


def listed() -> tuple[Entry, ...]:
    """The presets, and then what installed packages offer, each by name.

    An installed one that is wrong is nobody's fault here, so that it is told and not raised.
    """
    presets = policy.names()
    found = [Entry(name, "preset", policy.find(name, Path())) for name in presets]
    for name in installed.names():
        if name not in presets:
            try:
                found.append(Entry(name, "installed", policy.find(name, Path())))
            except ConfigError as error:
                found.append(Entry(name, "installed", None, str(error)))
    return tuple(found)


def given(name: str) -> Policy:
    """The policy `name`: a preset, an installed one, or a file of any name.

    A file is read once, so that a pipe such as `<(git show HEAD:policy.toml)` will do; what it
    extends is then looked for from where the process runs. Raises ConfigError where there is
    no such policy, with the nearest name, or where it is wrong.
    """
    path = Path(name)
    if name.endswith(".toml") or not path.exists() or path.is_dir() or name in policy.names():
        return policy.find(name, Path())
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
