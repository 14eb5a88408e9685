"""The files of one project, each parsed once, and what went wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pylife.errors import UnreadableError
from pylife.fleet.identity import is_name, normal
from pylife.syntax import ini, text, toml
from pylife.workflow.dependencies.inputs import pyproject, requirement_files, setup_cfg
from pylife.workflow.dependencies.inputs.lines import Reader
from pylife.workflow.dependencies.inputs.records import Group, Sort
from pylife.workflow.dependencies.inputs.requirement_files import Place

if TYPE_CHECKING:
    from pylife.workflow.dependencies.inputs.setup_py import SetupPy

_Parsed = TypeVar("_Parsed")
_NAMES = (
    ("project", "name"),
    ("tool", "poetry", "name"),
    ("tool", "flit", "metadata", "dist-name"),
    ("tool", "flit", "metadata", "module"),
)


class Files:
    """The metadata files of the project in `folder`.

    `problems` are the files that cannot be read; `taken` the requirements files that say what
    the plain set or an extra is.
    """

    def __init__(
        self, folder: Path, files: Iterable[str], limit: Path, environment: Mapping[str, str]
    ) -> None:
        self.names = sorted(files)
        self.place = Place(folder, limit)
        self.environment = environment
        self.problems: list[str] = []
        self.taken: set[str] = set()
        self.pyproject = self.parsed("pyproject.toml", toml.parse)
        cfg = self.parsed("setup.cfg", ini.parse)
        self.cfg = setup_cfg.SetupCfg(cfg, self.take) if cfg is not None else None
        self.script = self._script() if "setup.py" in self.names else None

    def _script(self) -> "SetupPy | None":
        from pylife.syntax import python
        from pylife.workflow.dependencies.inputs.setup_py import SetupPy

        script = self.parsed("setup.py", python.parse)
        return SetupPy(script, self.take) if script is not None else None

    def parsed(self, path: str, parse: Callable[[text.Source], _Parsed]) -> _Parsed | None:
        """What `parse` makes of the file `path`; None where it is not there, or cannot be read."""
        if path not in self.names:
            return None
        try:
            return parse(self.place.read(path))
        except UnreadableError as error:
            self.problems.append(f"{path} cannot be read: {error.message}")
            return None

    def requirements(self, path: str) -> Group:
        """The requirements file `path`, as a set of its own; raises UnreadableError."""
        return requirement_files.read(path, self.place, self.environment, sort=Sort.FILE, name=path)

    def take(self, path: str, reader: Reader) -> None:
        """Read the requirements file `path`, of which the metadata speaks, into `reader`."""
        self.taken.add(path)
        try:
            group = self.requirements(path)
        except UnreadableError as error:
            reader.missing(path, None, f"cannot be read: {error.message}")
            return
        reader.lines += group.lines
        reader.unknown += group.unknown
        for item in group.local:
            reader.missing(item.file, item.line, f"{item.path} is a folder")

    @property
    def name(self) -> str | None:
        """The normalised name of the distribution.

        None where it is not given statically, and where it is no name of a distribution, since
        nothing can be built of that (PEP 508, "Names"): files are called by it.
        """
        given = self._given_name
        return normal(given) if given and is_name(given) else None

    @property
    def _given_name(self) -> str | None:
        if self.pyproject is not None:
            for path in _NAMES:
                value = pyproject.text(self.pyproject, *path)
                if value:
                    return value
        name = self.cfg.text("metadata", "name") if self.cfg is not None else None
        return name or (self.script.text("name") if self.script is not None else None)
