"""Output formats of `pylife check`: one a module; each returns text and writes nothing."""

import importlib
from collections.abc import Callable

from pylife.formats.base import CheckReport, Row

__all__ = ["FORMATS", "CheckReport", "Row", "renderer"]

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "csv")
"""The names that `--format` takes; each is a module here with a function `render`."""


def renderer(name: str) -> Callable[[CheckReport], str]:
    """The function that renders a report in the format `name`; its module is imported now."""
    render: Callable[[CheckReport], str] = importlib.import_module(f"pylife.formats.{name}").render
    return render
