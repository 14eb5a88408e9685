"""Which of a project's ranges decides where it may be installed."""

from collections.abc import Iterable

from pylife.model import Declaration, Role

AUTHORITY = (
    "requires-python",
    "poetry-python",
    "flit-requires-python",
    "pdm-python-requires",
    "setup-cfg-python-requires",
    "setup-py-python-requires",
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


def decides(item: Declaration) -> bool:
    """Whether `item` says, or helps to say, where its project may be installed."""
    return item.role is Role.SUPPORTS and (
        item.site in AUTHORITY or (item.site in _ENVIRONMENTS and "/" not in item.file)
    )


def supports(declarations: Iterable[Declaration]) -> Declaration | None:
    """The range that decides, by `AUTHORITY`; None where none is given."""
    rank = {site: place for place, site in enumerate((*AUTHORITY, *_ENVIRONMENTS))}
    ranges = [item for item in declarations if decides(item)]
    return min(ranges, key=lambda item: rank[item.site], default=None)
