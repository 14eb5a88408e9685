import pytest

from nw_core.records import Record, latest


def test_with_values_leaves_the_original_alone():
    record = Record("customer-1", {"spend": 10.0})
    assert record.with_values(visits=2.0).values == {"spend": 10.0, "visits": 2.0}
    assert record.values == {"spend": 10.0}


def test_records_are_frozen_and_small():
    record = Record("customer-1")
    with pytest.raises(AttributeError):
        record.at = 3
    assert not hasattr(record, "__dict__")


def test_latest_keeps_the_newest_of_each_entity():
    old, new, other = Record("a", at=1), Record("a", at=2), Record("b", at=1)
    assert latest([new, old, other]) == {"a": new, "b": other}
