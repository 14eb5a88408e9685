import pytest

from nw_core import TransientError, backoff, retry


def test_backoff_doubles():
    assert list(backoff(4, first=1.0)) == [1.0, 2.0, 4.0]


def test_retry_until_it_works():
    pauses, calls = [], []

    @retry(attempts=3, first=1.0, sleep=pauses.append)
    def flaky():
        calls.append(None)
        if len(calls) < 3:
            raise TransientError("not yet")
        return "done"

    assert flaky() == "done"
    assert pauses == [1.0, 2.0]


def test_the_last_error_is_raised():
    @retry(attempts=2, sleep=lambda pause: None)
    def broken():
        raise TransientError("never")

    with pytest.raises(TransientError, match="never"):
        broken()
