import pytest

from nw_client import Client, Prediction, PredictionError, decode, encode
from nw_core import TransientError

ANSWER = b'{"model": "churn", "score": 0.25, "version": "7"}'


class Answers:
    """A transport that gives prepared answers and keeps the requests."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        return self.answers.pop(0)


def client(*answers):
    transport = Answers(*answers)
    return Client("https://x.test/", transport=transport, sleep=lambda pause: None), transport


def test_predict():
    asking, transport = client((200, ANSWER))
    prediction = asking.predict("Churn", {"spend": 9.0})
    assert prediction == Prediction(model="churn", score=0.25, version="7")
    assert transport.requests[0].full_url == "https://x.test/models/churn/predict"
    assert transport.requests[0].data == b'{"values": {"spend": 9.0}}'


def test_a_busy_service_is_asked_again():
    asking, transport = client((503, b""), (429, b""), (200, ANSWER))
    assert asking.predict("churn", {}).score == 0.25
    assert len(transport.requests) == 3


def test_a_service_that_stays_busy():
    asking, _ = client(*[(503, b"")] * 3)
    with pytest.raises(TransientError, match="503"):
        asking.predict("churn", {})


@pytest.mark.parametrize("answer", [(404, b""), (200, b"[]"), (200, b"<html>")])
def test_what_is_no_prediction(answer):
    asking, _ = client(answer)
    with pytest.raises(PredictionError):
        asking.predict("churn", {})


def test_messages():
    assert encode({"b": 1.0, "a": 2.0}) == encode({"a": 2.0, "b": 1.0})
    assert decode(b'{"model": "m", "score": 1}').version == "0"
