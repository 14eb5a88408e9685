"""What `setup.cfg` says that a project requires.

Source: setuptools' documentation, "Configuring setuptools using setup.cfg files".
"""

from collections.abc import Callable

from pylife.fleet.identity import normal
from pylife.syntax import ini
from pylife.syntax.ini import Document, Option
from pylife.workflow.dependencies.inputs.lines import Reader, with_marker

_FILE = "setup.cfg"
ReadFile = Callable[[str, Reader], None]
"""Reads a requirements file of the project into a reader."""


class SetupCfg:
    """The parsed file; `read_file` reads what it refers to by `file:`."""

    def __init__(self, document: Document, read_file: ReadFile) -> None:
        self.document = document
        self._read_file = read_file

    def text(self, section: str, key: str) -> str | None:
        """The stripped value of an option; None where there is none."""
        option = self.document.get(section, key)
        return option.value.strip() if option is not None else None

    def run(self) -> Reader | None:
        """`install_requires`; None where it is not there."""
        option = self.document.get("options", "install_requires")
        if option is None:
            return None
        reader = Reader()
        self._option(option, reader, "")
        return reader

    def extras(self, run: Reader) -> dict[str, Reader]:
        """The extras; what is under a bare marker (`:python_version < "3.9"`) goes to `run`."""
        found: dict[str, Reader] = {}
        for option in self.document.options("options.extras_require"):
            name, _, marker = option.key.partition(":")
            reader = found.setdefault(normal(name), Reader()) if name else run
            self._option(option, reader, marker)
        return found

    def _option(self, option: Option, reader: Reader, marker: str) -> None:
        value = option.value.strip()
        if value.startswith("file:"):
            for path in value.removeprefix("file:").replace("\n", ",").split(","):
                if path.strip():
                    self._read_file(path.strip(), reader)
            return
        for one, start in option.lines():
            number = self.document.source.position(self.document.source.byte(start))[0]
            try:
                text = with_marker(one, marker) if marker else one
            except ValueError as error:
                reader.missing(_FILE, number, f"{one!r}: {error}")
                continue
            reader.add(one, _FILE, number, text=text)


parse = ini.parse
