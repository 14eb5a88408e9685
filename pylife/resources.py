"""Where the shipped folders are: `policies/`, `matrices/` and `reports/`."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["policies", "matrices", "reports"]) -> Path:
    """The shipped folder `name`.

    A wheel carries it as `pylife/_data/<name>`; an editable install does not, so
    it is then taken from beside the package in the checkout.
    """
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def data(name: str) -> Path:
    """A file of world knowledge or a schema inside the package (`pylife/data/<name>`)."""
    return _PACKAGE / "data" / name
