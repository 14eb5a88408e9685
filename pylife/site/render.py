"""Jinja2, set up so that no template can forget what keeps strange text harmless."""

import datetime as dt
import functools
from typing import Any

import jinja2
import markupsafe

from pylife import resources
from pylife.site import ages, text
from pylife.site.slugs import anchor, python_slug, rule_slug


@functools.cache
def environment() -> jinja2.Environment:
    """The templates of `reports/`: escaped, and an unknown name is an error.

    Every value printed goes through `text.plain` first, so control and
    bidirectional characters show as escapes on every page.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.folder("reports")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    made.filters.update(
        short=text.short,
        spread=text.spread,
        anchor=anchor,
        pyslug=python_slug,
        ruleslug=rule_slug,
        day=day,
        spaced=text.words,
        ago=ages.ago,
        aged=ages.aged,
        tested=ages.tested,
        told=ages.told,
    )
    made.globals.update(count=text.count)
    return made


def _finalize(value: Any) -> Any:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _escaped(str(value))
    return value


@functools.lru_cache(maxsize=50_000)
def _escaped(value: str) -> markupsafe.Markup:
    """As it is printed; a fleet's pages print the same few words again and again."""
    return markupsafe.escape(text.plain(value))


def day(value: str) -> str:
    """`21 November 2026` for `2026-11-21`, `October 2026` for `2026-10`; else as it is."""
    try:
        if len(value) == len("2026-10"):
            return f"{dt.date.fromisoformat(value + '-01'):%B %Y}"
        date = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{date.day} {date:%B %Y}"
