"""What an integration is made of: planned files, settings, and filled-in templates.

Templates are `pylife/data/templates`; `<<name>>` in them is filled in, since
`${{ }}`, `$NAME` and `{{ }}` all mean something to those who read the result.
What they refer to from outside (actions, images) is `pylife/data/integrations.toml`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pylife import __version__, resources
from pylife.errors import ConfigError, UnreadableError
from pylife.syntax import toml
from pylife.syntax.text import Source

_HOLE = re.compile(r"<<([\w./-]+)>>")


class Status(StrEnum):
    """What becomes of a planned file."""

    WRITE = "write"
    """It is not there yet."""
    EDIT = "edit"
    """It is the user's, and gets what is missing."""
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    """It is there with another content: replaced only when that is asked for."""
    BY_HAND = "by hand"
    """It is the user's, and written in a way that is not edited here."""


class Planned(NamedTuple):
    """One file: `path` from the root, its bytes before (None: not there) and after.

    `ours` is a file that pylife writes whole; of any other, `after` is `before`
    with the one thing that was missing. `by_hand` is what a person has to add.
    """

    path: str
    before: bytes | None
    after: bytes
    ours: bool = True
    by_hand: str = ""

    @property
    def status(self) -> Status:
        """What becomes of the file."""
        if self.by_hand:
            return Status.BY_HAND
        if self.before is None:
            return Status.WRITE
        if self.before == self.after:
            return Status.UNCHANGED
        return Status.DIFFERS if self.ours else Status.EDIT


class Settings(NamedTuple):
    """What the files say: of which root, for which fleet, in which image.

    `version` is the release of pylife that they install, `fleet_url` where git
    has the fleet, `image` a container image (empty: each file's own). `wanted` are the
    names of all integrations that are made at the same time.
    """

    root: Path
    fleet_url: str = ""
    image: str = ""
    version: str = __version__
    wanted: tuple[str, ...] = ()


class Plan(NamedTuple):
    """The files of one integration, and what a person does next."""

    files: tuple[Planned, ...]
    next: tuple[str, ...] = ()


def there(root: Path, path: str) -> bytes | None:
    """The bytes of the file `path` below `root`; None where nothing is there.

    Raises UnreadableError where something is there that cannot be read as a file.
    """
    file = root / path
    try:
        return file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise UnreadableError("is a link to nothing", path=str(file)) from None
        return None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise UnreadableError(reason[:1].lower() + reason[1:], path=str(file)) from None


def whole(settings: Settings, path: str, text: str) -> Planned:
    """The file `path`, which is pylife's own, with the content `text`."""
    return Planned(path, there(settings.root, path), text.encode())


def template(name: str, values: Mapping[str, str]) -> str:
    """The template `name` with `values` and the pinned actions filled in."""
    text = resources.data(f"templates/{name}").read_text(encoding="utf-8")
    known = {**actions(), **values}
    return _HOLE.sub(lambda match: known[match[1]], text)


@cache
def actions() -> dict[str, str]:
    """By an action's name how it is used: `NAME@COMMIT # VERSION`."""
    return {
        str(row["name"]): f"{row['name']}@{row['sha']} # {row['version']}"
        for row in _data()["action"]
    }


@cache
def images() -> dict[str, str]:
    """The images that pylife runs in: `check` and `nightly`."""
    return {str(row["name"]): str(row["image"]) for row in _data()["image"]}


@cache
def _data() -> dict[str, list[dict[str, object]]]:
    path = resources.data("integrations.toml")
    parsed = toml.parse(Source(path.name, path.read_bytes()))
    found: dict[str, list[dict[str, object]]] = parsed.value
    return found


_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]*(?:@sha256:[0-9a-f]{64})?")


def check_image(image: str) -> str:
    """`image` if it can stand in a manifest as it is; raises ConfigError otherwise."""
    if image and _IMAGE.fullmatch(image) is None:
        raise ConfigError(
            f"{image!r} is no container image", help="such as registry.example.com/python:3.13"
        )
    return image
