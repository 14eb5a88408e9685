"""What client and service say to each other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Prediction:
    model: str
    score: float
    version: str = "0"


def encode(values: Mapping[str, float]) -> bytes:
    """The body of a request; equal values give equal bytes."""
    return json.dumps({"values": dict(values)}, sort_keys=True).encode()


def decode(body: bytes) -> Prediction:
    """The prediction in the body of an answer; ValueError if there is none."""
    match json.loads(body):
        case {"model": str(model), "score": float() | int() as score, **rest}:
            return Prediction(
                model=model, score=float(score), version=str(rest.get("version", "0"))
            )
        case other:
            raise ValueError(f"not a prediction: {other!r}")
