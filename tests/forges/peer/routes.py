"""All operations, those with the longest paths first: `{ref}` takes all that is left."""

from tests.forges.peer import accounts, gitdata, issues, pulls, repositories
from tests.forges.peer.wire import TABLE, Route

MODULES = (accounts, gitdata, issues, pulls, repositories)
ROUTES: tuple[Route, ...] = tuple(
    sorted(
        TABLE,
        key=lambda route: (-route.template.count("/"), "{" in route.template.rpartition("/")[2]),
    )
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The operation of a request, and the values in its path, as they were sent."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match is not None and route.method == method:
            return route, match.groupdict()
    return None


def methods(path: str) -> list[str]:
    """What may be done with `path`."""
    return sorted({route.method for route in ROUTES if route.pattern.fullmatch(path)})
