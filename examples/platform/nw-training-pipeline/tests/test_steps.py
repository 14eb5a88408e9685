import pytest

from nw_core.records import Record
from nw_training_pipeline.steps import accuracy, prepare, split, train


def rows():
    good = [(Record(f"stays-{n}", {"visits": 0.9 - n / 100}), False) for n in range(10)]
    bad = [(Record(f"goes-{n}", {"visits": 0.1 + n / 100}), True) for n in range(10)]
    return good + bad


def test_prepare_takes_the_newest_and_scales():
    prepared = prepare(
        [
            Record("b", {"spend": 100.0, "visits": 2.0}, at=1),
            Record("a", {"spend": 10.0, "visits": 0.0}, at=1),
            Record("b", {"spend": 100.0, "visits": 4.0}, at=2),
        ]
    )
    assert [record.entity for record in prepared] == ["a", "b"]
    assert prepared[1].values == {"basket": 0.25, "visits": 0.2}


def test_the_split_is_repeatable_and_complete():
    training, testing = split(rows())
    assert (len(training), len(testing)) == (16, 4)
    assert (training, testing) == split(rows())


def test_a_useless_split_is_refused():
    with pytest.raises(ValueError):
        split(rows(), part=1.0)


def test_training_learns_what_is_there():
    training, testing = split(rows())
    assert accuracy(train(training), testing) == 1.0


def test_accuracy_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="nothing to measure"):
        accuracy({}, [])
