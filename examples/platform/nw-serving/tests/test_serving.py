import json

import pytest

from nw_client import Client
from nw_features import Scale
from nw_serving.app import answer
from nw_serving.models import Catalogue, Model


@pytest.fixture
def catalogue():
    result = Catalogue()
    result.add(Model("churn", "1.10", {"spend": -2.0}, {"spend": Scale(0, 100)}, bias=1.0))
    return result


def post(catalogue, path, data):
    status, body = answer(catalogue, "POST", path, json.dumps(data).encode())
    return int(status), json.loads(body)


def test_predict(catalogue):
    status, data = post(catalogue, "/models/churn/predict", {"values": {"spend": 50}})
    assert (status, data) == (200, {"model": "churn", "version": "1.10", "score": 0.5})


def test_the_client_understands_the_service(catalogue):
    def transport(request):
        path = request.full_url[len("http://serving"):]
        return answer(catalogue, request.get_method(), path, request.data)

    prediction = Client("http://serving", transport=transport).predict("churn", {"spend": 50.0})
    assert (prediction.score, prediction.version) == (0.5, "1.10")


def test_an_older_version_does_not_replace_a_newer(catalogue):
    assert not catalogue.add(Model("churn", "1.9", {}))
    assert catalogue.add(Model("churn", "1.11", {}))
    assert catalogue.get("churn").version == "1.11"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/models/fraud/predict", {"values": {}}, 404),
        ("/models/churn/predict", {"values": {"spend": "much"}}, 400),
        ("/models/churn/predict", {}, 400),
        ("/elsewhere", {}, 404),
    ],
)
def test_refusals(catalogue, path, data, status):
    assert post(catalogue, path, data)[0] == status


def test_health(catalogue):
    status, body = answer(catalogue, "GET", "/health", b"")
    assert (int(status), json.loads(body)) == (200, {"models": ["churn"]})


def test_get_is_not_allowed(catalogue):
    assert int(answer(catalogue, "GET", "/models/churn/predict", b"")[0]) == 405
