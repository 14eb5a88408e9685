"""Output formats of `pylife check`: one a module; each returns text and writes nothing."""

from collections.abc import Callable

from pylife.formats.base import CheckReport, Row
from pylife.formats.json import render as render_json
from pylife.formats.text import render as render_text

__all__ = ["FORMATS", "CheckReport", "Row"]

FORMATS: dict[str, Callable[[CheckReport], str]] = {"text": render_text, "json": render_json}
"""By the name that `--format` takes."""
