"""Policies that installed packages offer, so that an organisation can ship its own as a wheel.

A package says `NAME = "package"` in the group `pylife.policies` of its metadata; the policy is
the file `NAME.toml` in that package's folder. Nothing of the package is imported or run.
"""

import importlib.metadata
import importlib.util
from pathlib import Path

from pylife.errors import ConfigError

GROUP = "pylife.policies"


def names() -> list[str]:
    """The names of the policies that are installed, sorted."""
    return sorted({point.name for point in importlib.metadata.entry_points(group=GROUP)})


def locate(name: str) -> tuple[Path, str, bool] | None:
    """The file of the installed policy `name`, how it is shown, and that it is to be validated.

    None where no package offers it; raises ConfigError where several do, or where the one
    that does has no such file.
    """
    points = importlib.metadata.entry_points(group=GROUP, name=name)
    values = sorted({point.value for point in points})
    if not values:
        return None
    if len(values) > 1:
        raise ConfigError(
            f"several installed packages offer a policy {name!r}: {', '.join(values)}",
            help="uninstall one of them, or name the file of the one that is meant",
        )
    package = values[0].partition(":")[0].strip()
    for folder in _folders(package):
        path = folder / f"{name}.toml"
        if path.is_file():
            return path, f"{package.replace('.', '/')}/{name}.toml", False
    raise ConfigError(
        f"the installed policy {name!r} has no file {name}.toml in the package {package}",
        help="see the package's entry point in the group " + GROUP,
    )


def _folders(package: str) -> list[Path]:
    """Where the folder of `package` is; only its top level is looked up, which imports nothing."""
    top, *inner = package.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return []
    places = spec.submodule_search_locations if spec else None
    return [Path(place, *inner) for place in places or ()]
