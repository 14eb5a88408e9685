import pytest

from nw_core import dotted, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Churn Model", "churn-model"), ("  v2 / EU  ", "v2-eu"), ("already-safe", "already-safe")],
)
def test_slug(text, expected):
    assert slug(text) == expected


def test_slug_refuses_what_would_be_empty():
    with pytest.raises(ValueError):
        slug("--")


def test_dotted():
    assert dotted("Serving", "p99 latency") == "serving.p99-latency"
