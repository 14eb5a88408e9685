"""Matrix presets: which sessions, on which Pythons, for how long.

A preset is a TOML file: one of the shipped ones by name, or a path.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pylife import resources
from pylife.errors import ConfigError, UnreadableError
from pylife.model import PythonVersion, explicit
from pylife.syntax import schema, text, toml


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPreset:
    """How projects are tested.

    `sessions` are names or tags of nox sessions; empty means those called `test`
    or `tests`, or so tagged, and where there is none the noxfile's default ones.
    `pythons` is None where each project's own support window decides. `timeout`
    is seconds a cell. `environment` names variables that cells may see beside
    the usual few. `extras` are tried in this order for a generated session.
    `retries` is how often a cell is run again that ended for want of network,
    disk or memory, after `backoff` seconds and then twice as long each time.
    `retries_failed` is how often a cell that failed is run again; one that then
    passes is flaky, never passed. `memory` is what a cell is thought to need, in
    MiB: what is free bounds how many run at a time.
    """

    name: str
    title: str = ""
    sessions: tuple[str, ...] = ()
    timeout: float = 900.0
    pythons: tuple[PythonVersion, ...] | None = None
    environment: tuple[str, ...] = ()
    extras: tuple[str, ...] = ("test", "tests", "testing", "dev")
    retries: int = 1
    retries_failed: int = 0
    backoff: float = 2.0
    memory: int = 512


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
    return _preset(document, shown)


def _shipped() -> list[str]:
    return sorted(path.stem for path in resources.folder("matrices").glob("*.toml"))


def _preset(document: toml.Document, shown: str) -> MatrixPreset:
    table: dict[str, Any] = dict(document.table("matrix"))
    for key in ("sessions", "environment", "extras"):
        if key in table:
            table[key] = tuple(table[key])
    match table.pop("pythons", "window"):
        case list() as listed:
            table["pythons"] = explicit(_version(item, document, shown) for item in listed)
        case _:
            table["pythons"] = None
    for key in ("timeout", "backoff"):
        if key in table:
            table[key] = float(table[key])
    if "retries-failed" in table:
        table["retries_failed"] = table.pop("retries-failed")
    return MatrixPreset(**table)


def _version(value: str, document: toml.Document, shown: str) -> PythonVersion:
    try:
        return PythonVersion.parse(value)
    except ValueError as error:
        raise ConfigError(str(error), path=shown, line=document.line("matrix", "pythons")) from None
