import pytest

from nw_config import Settings
from nw_features import OneHot, Scale, buckets


def test_scale_clips():
    scale = Scale(10, 20)
    assert [scale(v) for v in (5, 10, 15, 99)] == [0.0, 0.0, 0.5, 1.0]


def test_scale_from_settings():
    settings = Settings("features", {"age_low": "18", "age_high": "98"})
    assert Scale.from_settings(settings, "age")(58) == 0.5


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="empty"):
        Scale(3, 3)


def test_one_hot():
    encode = OneHot.fit(["web", "shop", "web"])
    assert encode.categories == ("shop", "web")
    assert encode("web") == [0.0, 1.0]
    assert encode("fax") == [0.0, 0.0]


def test_buckets():
    assert [buckets(v, [10, 20]) for v in (9, 10, 20)] == [0, 1, 2]
