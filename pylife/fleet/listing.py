"""Models of a registry, from a listing that was exported of it: name, version, stage, URI.

A listing is a JSON or CSV file. JSON is a list of tables, or such a list under
`model_versions`, as the registry's REST API answers a search (`model-versions/search`
of MLflow, whose `source` and `current_stage` are read as `uri` and `stage`). CSV has a
first line with the names of its columns. pylife asks no registry itself.
"""

import csv
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pylife.errors import ConfigError, UnreadableError
from pylife.fleet.git import without_credentials
from pylife.syntax import text

_NAMES = {"current_stage": "stage", "source": "uri"}
_NEEDED = ("name", "version", "uri")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_HELP = "each row needs name, version and uri, and may have a stage"
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Listed(NamedTuple):
    """One version of a model: `folder` is where its files are, None where they are not here.

    `path` is how it is shown: from `root` where it lies there, else by name and version.
    `away` says why its files are not here.
    """

    name: str
    version: str
    stage: str
    path: str
    folder: Path | None
    away: str = ""

    @property
    def project(self) -> str:
        """What the project is called: the model's name and its version."""
        return f"{self.name}@{self.version}"


def read(root: Path, path: str, stages: Collection[str] = ()) -> Iterator[Listed]:
    """The models of the listing at `path` from `root`, in its order; of `stages` where given.

    Raises ConfigError where there is no listing or it is not one.
    """
    try:
        source = text.read(root, path)
    except UnreadableError as error:
        raise ConfigError(f"the listing cannot be read: {error.message}", path=path) from None
    rows = _csv(source) if path.lower().endswith(".csv") else _json(source)
    seen: set[tuple[str, str]] = set()
    for where, row in rows:
        listed = _listed(row, where, root, path)
        if (listed.name, listed.version) in seen:
            raise ConfigError(f"{where}: {listed.project} is listed twice", path=path)
        seen.add((listed.name, listed.version))
        if not stages or listed.stage.lower() in {stage.lower() for stage in stages}:
            yield listed


def _json(source: text.Source) -> Iterator[tuple[str, Mapping[str, object]]]:
    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"no JSON: {error}", path=source.path) from None
    rows = document.get("model_versions") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError("no list of models", path=source.path, help=_HELP)
    for number, row in enumerate(rows, 1):
        yield f"model {number}", {_NAMES.get(key, key): row[key] for key in _last_first(row)}


def _last_first(row: Mapping[str, object]) -> list[str]:
    """The keys, the registry's own names first: `uri` wins over `source`."""
    return sorted(row, key=lambda key: key not in _NAMES)


def _csv(source: text.Source) -> Iterator[tuple[str, Mapping[str, object]]]:
    reader = csv.DictReader(source.text.splitlines())
    try:
        for row in reader:
            yield (
                f"line {reader.line_num}",
                {_NAMES.get(key, key): value for key, value in row.items() if key},
            )
    except csv.Error as error:
        raise ConfigError(f"no CSV: {error}", path=source.path, line=reader.line_num) from None


def _listed(row: Mapping[str, object], where: str, root: Path, path: str) -> Listed:
    for name in _NEEDED:
        if not isinstance(row.get(name), str | int) or not str(row[name]).strip():
            raise ConfigError(f"{where} has no {name}", path=path, help=_HELP)
    name, version, uri = (str(row[key]).strip() for key in _NEEDED)
    stage = str(row.get("stage") or "").strip()
    folder, away = _folder(uri, (root / path).parent)
    shown = "/".join(_SAFE.sub("-", part) for part in (Path(path).stem, name, version))
    if folder is not None and folder.is_relative_to(root.resolve()):
        shown = folder.relative_to(root.resolve()).as_posix()
    return Listed(
        name=name, version=version, stage=stage, path=shown, folder=folder, away=away
    )  # fmt: skip


def _folder(uri: str, base: Path) -> tuple[Path | None, str]:
    """The folder that the URI names, or why there is none here."""
    shown = without_credentials(uri)
    if _SCHEME.match(uri):
        parts = urlsplit(uri)
        if parts.scheme.lower() != "file" or parts.netloc not in {"", "localhost"}:
            return None, f"its files are at {shown}, which is no folder of this machine"
        place = Path(unquote(parts.path))
    else:
        place = Path(uri)
    try:
        folder = (base / place).resolve()
        there = folder.is_dir()
    except (OSError, ValueError, RuntimeError):
        return None, f"its files are at {shown}, which cannot be looked at"
    return (folder, "") if there else (None, f"there is no folder {shown} on this machine")
