"""Matrix presets: which sessions, on which Pythons, platforms and bounds, for how long.

A preset is a TOML file: one of the shipped ones by name, or a path.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pylife import resources
from pylife.errors import ConfigError, UnreadableError
from pylife.matrix import isolation
from pylife.matrix.isolation import Isolation
from pylife.model import PythonVersion, explicit
from pylife.syntax import schema, text, toml


class Bounds(StrEnum):
    """Which versions of its requirements a project is tested with."""

    HIGHEST = "highest"
    LOWEST_DIRECT = "lowest-direct"
    """Of what the project itself requires the lowest that its bounds allow; of the
    rest, and of what only its tests need, the highest (uv's name for it)."""


class Prereleases(StrEnum):
    """What becomes of the Pythons that are in preview for a project."""

    ALLOWED_TO_FAIL = "allowed-to-fail"
    REQUIRED = "required"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPreset:
    """How projects are tested.

    `sessions` are names or tags of nox sessions, or names, factors or labels of tox
    environments; `tags` are tags of nox sessions, or labels of tox environments.
    Without either, those called `test` or `tests`, or so tagged, and where there is
    none the noxfile's default ones; of tox the environments that test.
    `pythons` is None where each project's own support window decides. `bounds` are
    the sets of cells that a project has. `platforms` are systems, each perhaps with a
    machine (`linux`, `macos-arm64`); none means the one that pylife runs on.
    `interpreters` are folders to look for Pythons in. `file` is where the preset was
    read, as people are shown it. `timeout`
    is seconds a cell. `environment` names variables that cells may see beside
    the usual few. `extras` are tried in this order for a generated session.
    `retries` is how often a cell is run again that ended for want of network,
    disk or memory, after `backoff` seconds and then twice as long each time.
    `retries_failed` is how often a cell that failed is run again; one that then
    passes is flaky, never passed. `memory` is what a cell is thought to need, in
    MiB: what is free bounds how many run at a time. `models` and `images` say whether
    models and images have cells. What a model predicts may differ by `absolute_tolerance
    + relative_tolerance * |expected|`. `smoke` are commands that run inside an image.
    """

    name: str
    title: str = ""
    file: str = field(default="", compare=False)
    sessions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bounds: tuple[Bounds, ...] = (Bounds.HIGHEST,)
    platforms: tuple[str, ...] = ()
    prereleases: Prereleases = Prereleases.ALLOWED_TO_FAIL
    interpreters: tuple[Path, ...] = ()
    runners: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    """Of a platform what GitHub's `runs-on` (one label or several) is."""
    timeout: float = 900.0
    pythons: tuple[PythonVersion, ...] | None = None
    environment: tuple[str, ...] = ()
    extras: tuple[str, ...] = ("test", "tests", "testing", "dev")
    retries: int = 1
    retries_failed: int = 0
    backoff: float = 2.0
    memory: int = 512
    models: bool = True
    images: bool = True
    relative_tolerance: float = 1e-5
    absolute_tolerance: float = 1e-8
    smoke: tuple[str, ...] = ()
    isolation: Isolation = Isolation()  # noqa: RUF009 - frozen
    """What cells run in, and which credentials they are granted."""


def load(name_or_path: str, base: Path) -> MatrixPreset:
    """The preset of that name (`default`), or of the TOML file at that path from `base`.

    Raises ConfigError where there is none or it does not follow the schema.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        shown, path = name_or_path, base / name_or_path
        help_text = "give the path from the file that names it, or a shipped preset's name"
    else:
        shown, path = f"{name_or_path}.toml", resources.folder("matrices") / f"{name_or_path}.toml"
        help_text = "shipped presets: " + ", ".join(_shipped())
    try:
        document = toml.parse(text.Source(shown, path.read_bytes()))
    except OSError as error:
        raise ConfigError(
            f"the matrix preset {name_or_path!r} cannot be read: {error.strerror}", help=help_text
        ) from None
    except UnreadableError as error:
        raise ConfigError(error.message, path=shown, line=error.line, column=error.column) from None
    schema.validate(document, resources.data("matrix.schema.json"), shown)
    return _preset(document, shown, path.parent)


def _shipped() -> list[str]:
    return sorted(path.stem for path in resources.folder("matrices").glob("*.toml"))


def _preset(document: toml.Document, shown: str, folder: Path) -> MatrixPreset:
    table: dict[str, Any] = {
        key.replace("-", "_"): value for key, value in document.table("matrix").items()
    }
    for key in ("sessions", "tags", "environment", "extras", "platforms", "smoke"):
        if key in table:
            table[key] = tuple(dict.fromkeys(table[key]))
    match table.pop("pythons", "window"):
        case list() as listed:
            table["pythons"] = explicit(_version(item, document, shown) for item in listed)
        case _:
            table["pythons"] = None
    for key in ("timeout", "backoff", "relative_tolerance", "absolute_tolerance"):
        if key in table:
            table[key] = float(table[key])
    if "bounds" in table:
        # In the order of the enumeration: the highest are what the others are compared with.
        table["bounds"] = tuple(one for one in Bounds if one in table["bounds"])
    if "prereleases" in table:
        table["prereleases"] = Prereleases(table["prereleases"])
    if "interpreters" in table:
        table["interpreters"] = _folders(table["interpreters"], document, shown, folder)
    table["runners"] = tuple(
        (platform, label if isinstance(label, str) else tuple(label))
        for platform, label in sorted(table.get("runners", {}).items())
    )
    table["isolation"] = isolation.read(document, shown, table.get("environment", ()))
    return MatrixPreset(**table, file=shown)


def _folders(given: list[str], document: toml.Document, shown: str, base: Path) -> tuple[Path, ...]:
    """Each folder as it is on this machine; from `base`, the preset's own, where relative."""
    found = []
    for number, text_ in enumerate(given):
        path = base / Path(text_).expanduser()
        if not path.is_dir():
            raise ConfigError(
                f"{text_!r} is no folder of this machine",
                path=shown,
                line=document.line("matrix", "interpreters", number),
                help="name folders with interpreters in them, such as /opt/python/bin",
            )
        found.append(path)
    return tuple(found)


def _version(value: str, document: toml.Document, shown: str) -> PythonVersion:
    try:
        return PythonVersion.parse(value)
    except ValueError as error:
        raise ConfigError(str(error), path=shown, line=document.line("matrix", "pythons")) from None
