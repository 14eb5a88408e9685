import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pylife import evidence
from pylife.evidence import Store
from tests.evidence import postgres_help

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres_help.Server]:
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra postgres)")
    try:
        with postgres_help.running() as found:
            yield found
    except postgres_help.MissingError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where a store can be opened that is not there yet: a path, a URL of an empty database."""
    if request.param == "sqlite":
        return tmp_path / "deep" / "e.sqlite"
    found: postgres_help.Server = request.getfixturevalue("server")
    name = f"evidence{next(_NUMBERS)}"
    found.sql(f"CREATE DATABASE {name}")
    return found.url(name)


@pytest.fixture
def opened(where: str | Path) -> Iterator[Callable[[], Store]]:
    """Opens the store at `where` once more; all are closed at the end."""
    stores: list[Store] = []

    def once_more() -> Store:
        stores.append(evidence.open(where))
        return stores[-1]

    yield once_more
    for one in stores:
        one.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
