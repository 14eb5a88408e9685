"""Distributions that bring to a Python what only others have in their standard library.

What is known is `pylife/data/backports.toml` (schema `pylife/backports/1`), each row with its
source and the day on which it was looked at; `tools/refresh_backports.py` makes it:

    [backport.tomli]                    # by the distribution's normalised name
    import = "tomli"
    standard = "tomllib"                # what takes its place, since which Python
    since = "3.11"
    ahead = true                        # it also has what its Python's own module lacks

    [returned.standard-cgi]             # brings back what was removed
    imports = ["cgi"]
    gone = "3.13"

    [backport.typing-extensions.names]  # since when; and since when it is the very same object
    Protocol = { standard = "typing.Protocol", since = "3.8", same = "3.14" }
"""

from functools import lru_cache
from typing import Any, NamedTuple

from pylife import resources
from pylife.errors import ConfigError
from pylife.model import PythonVersion
from pylife.syntax import toml
from pylife.syntax.text import Source

SCHEMA = "pylife/backports/1"


class Name(NamedTuple):
    """A name of a backport that the standard library has too.

    From `same` on both are one object; None where they never are.
    """

    standard: str
    since: PythonVersion
    same: PythonVersion | None


class Backport(NamedTuple):
    """A distribution that has for older Pythons what is `standard` since a newer one.

    `module` is what code imports. One that is `ahead` also has what the standard library of its
    Python lacks, so that it may be wanted wherever there is a standard module. `names` are what
    is known of its names one by one, for few.
    """

    distribution: str
    module: str
    standard: str
    since: PythonVersion
    ahead: bool
    names: dict[str, Name]

    def until(self, names: tuple[str, ...]) -> PythonVersion | None:
        """From which Python on the standard library will do for `names` of it; None for none.

        No names at all mean that what is used of it is not known.
        """
        if self.names and names:
            since = [self.names[name].same for name in names if name in self.names]
            known = [python for python in since if python is not None]
            return max(known) if len(known) == len(names) else None
        return None if self.ahead else self.since


class Returned(NamedTuple):
    """A distribution with the `modules` that the standard library lacks from `gone` on."""

    distribution: str
    modules: tuple[str, ...]
    gone: PythonVersion


class Known(NamedTuple):
    """All that is known, by the distributions' names."""

    backports: dict[str, Backport]
    returned: dict[str, Returned]


@lru_cache(maxsize=4096)
def of_import(module: str, names: tuple[str, ...] = ()) -> tuple[Backport, ...]:
    """The backports that `import module`, or `from module import names`, can be of."""
    wanted = [module, *(f"{module}.{name}" for name in names)]
    return tuple(
        item
        for item in load().backports.values()
        if any(one == item.module or one.startswith(item.module + ".") for one in wanted)
    )


def of_distribution(name: str) -> Backport | None:
    """The backport that the distribution `name` (normalised) is."""
    # Most requirements are none: to look for the name first spares parsing it all.
    return load().backports.get(name) if f".{name}]".encode() in _shipped() else None


def of_standard(what: str, added: PythonVersion) -> tuple[Backport, ...]:
    """The backports that have `what`, `added` to the standard library then, for older Pythons.

    `what` is `tomllib`, `tomllib.loads` or `typing.Self`. Those that are known by their names
    come first.
    """
    above = what.rpartition(".")[0]
    by_name, whole = [], []
    for item in load().backports.values():
        if any(one.standard == what for one in item.names.values()):
            by_name.append(item)
        elif item.standard in {what, above} and item.since == added:
            whole.append(item)
    return (*by_name, *whole)


def providers(module: str) -> tuple[str, ...]:
    """The distributions that put a module under the standard library's own name, such as `cgi`."""
    top = module.partition(".")[0]
    known = load()
    return (
        *(item.distribution for item in known.returned.values() if top in item.modules),
        *(
            item.distribution
            for item in known.backports.values()
            if item.module == item.standard
            and (module == item.module or module.startswith(item.module + "."))
        ),
    )


@lru_cache(maxsize=1)
def load() -> Known:
    """What pylife ships."""
    return parse(_shipped(), shown="backports.toml")


@lru_cache(maxsize=1)
def _shipped() -> bytes:
    return resources.data("backports.toml").read_bytes()


def parse(data: bytes, *, shown: str) -> Known:
    """Read the bytes of a file like `backports.toml`.

    Raises ConfigError for another schema, UnreadableError for no TOML.
    """
    document = toml.parse(Source(shown, data))
    if document.get("schema") != SCHEMA:
        raise ConfigError(f"not of the schema {SCHEMA}", path=shown, line=document.line("schema"))
    return Known(
        {name: _backport(name, row) for name, row in document.table("backport").items()},
        {
            name: Returned(name, tuple(row["imports"]), PythonVersion.parse(row["gone"]))
            for name, row in document.table("returned").items()
        },
    )


def _backport(name: str, row: dict[str, Any]) -> Backport:
    return Backport(
        distribution=name,
        module=row["import"],
        standard=row["standard"],
        since=PythonVersion.parse(row["since"]),
        ahead=row.get("ahead", False),
        names={key: _name(value) for key, value in row.get("names", {}).items()},
    )


def _name(row: dict[str, str]) -> Name:
    same = row.get("same")
    return Name(
        standard=row["standard"],
        since=PythonVersion.parse(row["since"]),
        same=None if same is None else PythonVersion.parse(same),
    )
