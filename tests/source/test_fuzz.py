"""Whatever a file holds, there is a verdict, or a reason why there is none."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pylife.source.scanner.main import record, scan
from tests.source.fuzz import failures, mutated, sources


def test_mutations_of_known_source() -> None:
    chance, every = random.Random(20261121), sources()
    assert list(failures([mutated(chance, every) for _ in range(300)])) == []


@given(
    some.binary(max_size=200)
    | some.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(deadline=None, max_examples=200)
def test_what_is_hardly_source(data: bytes) -> None:
    found = record(scan(data, "any.py"))
    assert found["unparsed"] or found["unparsed"] is None


def test_what_the_grammar_allows() -> None:
    made = pytest.importorskip("hypothesmith", reason="hypothesmith is not installed")

    @given(made.from_grammar() | made.from_node())
    @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
    def holds(source: str) -> None:
        found = record(scan(source.encode("utf-8", "surrogatepass"), "made.py"))
        assert found["lines"] == source.count("\n") + (not source.endswith("\n") and bool(source))

    holds()
