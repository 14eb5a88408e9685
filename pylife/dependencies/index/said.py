"""What a tool's configuration says of indexes, before it becomes `Indexes` and `Access`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife.dependencies.records import Index, Strategy


class Where(NamedTuple):
    """From where configuration is read.

    `variables` are those of the environment, `folder` is the project's, `current` the one in
    which commands run, `home` the user's and `system` the system's (`/etc`).
    """

    variables: Mapping[str, str]
    folder: Path | None
    current: Path
    home: Path
    system: Path

    def shown(self, path: Path) -> str:
        """A path for people, the same on every machine where it can be."""
        for base, prefix in ((self.folder, ""), (self.home, "~/")):
            if base is not None and path.is_relative_to(base):
                return prefix + path.relative_to(base).as_posix()
        return path.as_posix()


class Said(NamedTuple):
    """What one tool says; addresses may still hold credentials.

    `no_index`: none but what is named here. `by` are the places that say it, for people.
    `users` are credentials by the names of indexes.
    """

    indexes: tuple[Index, ...] = ()
    find_links: tuple[str, ...] = ()
    strategy: Strategy | None = None
    no_index: bool = False
    by: tuple[str, ...] = ()
    ca: str | None = None
    proxy: str | None = None
    keyring: bool = False
    system: bool = False
    users: tuple[tuple[str, str, str], ...] = ()

    @property
    def anything(self) -> bool:
        """Whether it says at all where packages come from."""
        return bool(self.indexes or self.find_links or self.no_index)


def truthy(value: object) -> bool:
    """Whether a setting is on, as uv and pip read it."""
    return value is True or str(value).strip().lower() in {"1", "true", "yes", "on", "y", "t"}


def strategy(value: Any) -> Strategy | None:
    """The strategy of that name; None for none."""
    return next((one for one in Strategy if one.value == value), None)


def texts(value: object) -> list[str]:
    """The texts of a setting that is one text or a list of them."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
