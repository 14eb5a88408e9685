import pytest

from nw_core.records import Record
from nw_features.formulas import Formula, FormulaError, derive


def test_arithmetic():
    assert Formula("spend / max(visits, 1) - 2")({"spend": 90.0, "visits": 3.0}) == 28.0


def test_derived_features_build_on_each_other():
    record = derive(
        Record("customer-1", {"spend": 90.0, "visits": 3.0}),
        {"basket": "spend / visits", "loss": "-basket * 0.1"},
    )
    assert record.values["loss"] == pytest.approx(-3.0)


def test_an_unknown_feature_is_named():
    with pytest.raises(FormulaError, match="no feature 'age'"):
        Formula("age")({})


@pytest.mark.parametrize("text", ["open(x)", "x.__class__", "x ** x"])
def test_nothing_else_is_allowed(text):
    with pytest.raises(FormulaError, match="is not allowed"):
        Formula(text)({"x": 1.0})
