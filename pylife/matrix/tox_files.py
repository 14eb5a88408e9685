"""Whether a project has a tox configuration, and in which file, as tox itself looks for it.

tox 4.67, Configuration: the first of tox.ini, setup.cfg, pyproject.toml and tox.toml
that has one. A tox.ini that only configures pytest or flake8 has none.
"""

import configparser
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.syntax import text, toml


def find(folder: Path) -> str | None:
    """The name of the file with the configuration; None where there is none."""
    if _has_section(folder, "tox.ini", "tox"):
        return "tox.ini"
    if _has_section(folder, "setup.cfg", "tox:tox"):
        return "setup.cfg"
    if _in_pyproject(folder):
        return "pyproject.toml"
    return "tox.toml" if (folder / "tox.toml").is_file() else None


def is_toml(folder: Path, file: str) -> bool:
    """Whether the configuration is in tox's own TOML, not in its ini format."""
    if file == "pyproject.toml":
        document = _pyproject(folder)
        return document is not None and "legacy_tox_ini" not in document.table("tool", "tox")
    return file == "tox.toml"


def table(folder: Path, file: str, environment: str) -> str:
    """The table or section of the environment, as `tox -x` names it, with its dot."""
    if not is_toml(folder, file):
        return f"testenv:{environment}."
    # A dot that belongs to a name is escaped: tox 4.67, `Override`.
    name = environment.replace(".", "\\.")
    return f"tool.tox.env.{name}." if file == "pyproject.toml" else f"env.{name}."


def _has_section(folder: Path, name: str, section: str) -> bool:
    """Whether the file has that section, or one of a test environment."""
    if not (folder / name).is_file():
        return False
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text.read(folder, name).text)
    except (UnreadableError, configparser.Error):
        return name == "tox.ini"  # tox says what is wrong with it
    return any(one == section or one.startswith("testenv") for one in parser.sections())


def _in_pyproject(folder: Path) -> bool:
    document = _pyproject(folder)
    return document is not None and "tox" in document.table("tool")


def _pyproject(folder: Path) -> toml.Document | None:
    try:
        return toml.parse(text.read(folder, "pyproject.toml"))
    except UnreadableError:
        return None
