"""Asking, and asking again when the service is busy."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from nw_core import NorthwindError, TransientError, retry, slug

from .messages import Prediction, decode, encode

BUSY = {429, 502, 503, 504}

Transport = Callable[[urllib.request.Request], tuple[int, bytes]]


class PredictionError(NorthwindError):
    """The service answered, but not with a prediction."""


def over_http(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except urllib.error.URLError as error:
        raise TransientError(str(error.reason)) from error


class Client:
    def __init__(
        self,
        url: str,
        transport: Transport = over_http,
        attempts: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._transport = transport
        self._ask = retry(attempts, sleep=sleep)(self._ask_once)

    def predict(self, model: str, values: Mapping[str, float]) -> Prediction:
        """One prediction; TransientError if the service stays busy."""
        request = urllib.request.Request(
            f"{self._url}/models/{slug(model)}/predict",
            data=encode(values),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        return self._ask(request)

    def _ask_once(self, request: urllib.request.Request) -> Prediction:
        status, body = self._transport(request)
        if status in BUSY:
            raise TransientError(f"the service is busy: {status}")
        if status != 200:
            raise PredictionError(f"{request.full_url}: {status}")
        try:
            return decode(body)
        except ValueError as error:
            raise PredictionError(str(error)) from error
