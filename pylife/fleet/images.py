"""Container images that `pylife.toml` tells about, and those that members of the fleet build."""

import datetime as dt
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from pylife.errors import ConfigError
from pylife.model import PythonVersion, explicit


class Image(NamedTuple):
    """One entry of `[images]`: what the organisation knows of the images that match `pattern`.

    `source` says who knows it, `date` when it was looked up, `end_of_life` the
    last day on which the image is maintained.
    """

    pattern: str
    pythons: tuple[PythonVersion, ...]
    platform: str | None
    end_of_life: dt.date | None
    source: str
    date: dt.date


def declared(config: dict[str, Any], shown: str) -> tuple[Image, ...]:
    """The entries of `[images]` of the file `shown`; raises ConfigError for what is no Python."""
    return tuple(_image(pattern, table, shown) for pattern, table in config.items())


def _image(pattern: str, table: dict[str, Any], shown: str) -> Image:
    given = table["python"]
    try:
        pythons = explicit(map(PythonVersion.parse, [given] if isinstance(given, str) else given))
        eol = table.get("end-of-life")
        return Image(
            pattern=pattern,
            pythons=pythons,
            platform=table.get("platform"),
            end_of_life=dt.date.fromisoformat(str(eol)) if eol else None,
            source=table["source"],
            date=dt.date.fromisoformat(str(table["date"])),
        )
    except ValueError as error:
        raise ConfigError(f"images.{pattern!r}: {error}", path=shown) from None


def match(images: Iterable[Image], reference: str) -> Image | None:
    """The entry with the longest pattern that `reference` matches."""
    found = [image for image in images if matches(image.pattern, reference)]
    return max(found, key=lambda image: (len(image.pattern), image.pattern), default=None)


def matches(pattern: str, reference: str) -> bool:
    """Whether the image `reference` matches; a pattern without a tag matches every tag.

    `*` and `?` are as in the shell; a digest behind the reference does not count.
    """
    plain = reference.partition("@")[0]
    if fnmatchcase(plain, pattern):
        return True
    has_tag = ":" in pattern.rpartition("/")[2]
    return not has_tag and fnmatchcase(re.sub(r":[^/:]*\Z", "", plain), pattern)
