"""Which of a project's ranges decides where it may be installed."""

from collections.abc import Iterable

from pylife.model import Declaration, Role

AUTHORITY = (
    "requires-python",
    "poetry-python",
    "flit-requires-python",
    "pdm-python-requires",
    "setup-py-python-requires",
    "setup-cfg-python-requires",
)
"""Sites of the role `supports`, the one that build backends follow first (PEP 621, then legacy)."""

_ENVIRONMENTS = (
    "pixi-python",
    "pipfile-python",
    "conda-recipe-python",
    "conda-environment-python",
    "pants-interpreter-constraints",
)
"""What decides where no build backend has a range: in the project's own folder only.

A lock file, a script's own block and an environment in a folder below never
decide for the project.
"""


INHERITED = "base-image"
"""The site of a Python that only what is known of an image tells: edited where the image is."""


def is_pin(item: Declaration) -> bool:
    """Whether `item` is an environment's one interpreter, such as conda's `python=3.12`.

    It is where a range would stand, but says what it runs on.
    """
    return (
        item.site in _ENVIRONMENTS
        and item.specifier is not None
        and len({*(item.versions or ()), *item.partial}) == 1
        and not item.specifier.contains("9999")
    )


def deciding(declarations: Iterable[Declaration]) -> list[Declaration]:
    """The ranges that say where their project may be installed.

    Those of packaging metadata; where there are none, those of the environments
    in the project's own folder.
    """
    ranges = [item for item in declarations if item.role is Role.SUPPORTS]
    packaging = [item for item in ranges if item.site in AUTHORITY]
    # What `dynamic` leaves to the backend, the backend takes from its own tables.
    known = [item for item in packaging if not (item.unreadable or "").startswith("dynamic: ")]
    if known or packaging:
        return known or packaging
    return [
        item
        for item in ranges
        if item.site in _ENVIRONMENTS and "/" not in item.file and not is_pin(item)
    ]


def supports(declarations: Iterable[Declaration]) -> Declaration | None:
    """The range that decides, by `AUTHORITY`; None where none is given."""
    rank = {site: place for place, site in enumerate((*AUTHORITY, *_ENVIRONMENTS))}
    return min(deciding(declarations), key=lambda item: rank[item.site], default=None)
