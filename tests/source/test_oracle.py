"""The scanner against real interpreters: what it must find, and what it must not blame.

The goals are over all snippets in tests/source/fixtures/oracle, as the newest interpreter here
reads them: at least nine of ten breakages that reading can see, seven of ten of all, nothing of
guarded code, and at most one of a hundred of the rest.
"""

from collections import Counter

import pytest

from tests.source.oracle import truth
from tests.source.oracle.compare import Cell, cells, misses, score, table

INTERPRETERS = truth.interpreters()
SNIPPETS = truth.snippets()


@pytest.fixture(scope="module")
def found() -> list[Cell]:
    return cells(SNIPPETS, truth.stored(), [*INTERPRETERS.values()][-1])


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(snippet.kind for snippet in SNIPPETS)
    assert len(SNIPPETS) >= 200
    assert kinds["guarded"] >= 60
    assert kinds["shadow"] >= 20
    assert set(kinds) >= {"syntax", "added", "removed", "parameter", "method", "value", "typing"}
    assert all(snippet.name.split("/")[0] == snippet.kind for snippet in SNIPPETS)


def test_truth_is_of_these_snippets_on_every_python() -> None:
    kept = truth.stored()
    assert set(kept.fails) == {snippet.name for snippet in SNIPPETS}
    assert set(kept.interpreters) == set(truth.PYTHONS)


def test_no_guarded_snippet_fails_and_no_other_fails_everywhere() -> None:
    kept = truth.stored()
    for snippet in SNIPPETS:
        fails = kept.fails[snippet.name]
        assert len(fails) < len(truth.PYTHONS), snippet.name
        assert not fails or snippet.kind not in {"guarded", "shadow"}, snippet.name


@pytest.mark.slow
def test_the_interpreters_here_say_what_is_kept() -> None:
    live = truth.ask(INTERPRETERS, SNIPPETS)
    assert not [*truth.differences(live, truth.stored())]


def test_breakages_are_found(found: list[Cell]) -> None:
    static = score(cell for cell in found if cell.snippet.static)
    every = score(found)
    assert static.found >= 0.9 * static.failing, table(found)
    assert every.found >= 0.7 * every.failing, table(found)


def test_guarded_and_shadowed_code_is_not_blamed(found: list[Cell]) -> None:
    chosen = [cell for cell in found if cell.snippet.kind in {"guarded", "shadow"}]
    assert not [*misses(chosen)]


def test_hardly_anything_that_works_is_blamed(found: list[Cell]) -> None:
    rest = score(cell for cell in found if cell.snippet.kind not in {"guarded", "shadow"})
    assert rest.blamed <= 0.01 * rest.working, table(found)


def test_the_table_counts_cells(found: list[Cell]) -> None:
    lines = table(found).splitlines()
    every = score(found)
    assert lines[0].split() == [*truth.PYTHONS, "all"]
    assert lines[-2].split()[-2:] == [f"{every.found}/{every.failing}", f"+{every.blamed}"]
