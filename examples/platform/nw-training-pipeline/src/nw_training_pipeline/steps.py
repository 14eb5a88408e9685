"""The steps as plain functions."""

import math
import random
from collections.abc import Iterable, Mapping, Sequence

from nw_core.records import Record, latest
from nw_features import Scale
from nw_features.formulas import derive

Row = tuple[Record, bool]

FORMULAS = {"basket": "spend / max(visits, 1)"}
SCALES = {"basket": Scale(0, 100), "visits": Scale(0, 20)}


def prepare(records: Iterable[Record]) -> list[Record]:
    """The newest record of each entity with derived and scaled features, by entity."""
    prepared = []
    for _, record in sorted(latest(records).items()):
        values = derive(record, FORMULAS).values
        scaled = {name: scale(values[name]) for name, scale in SCALES.items()}
        prepared.append(Record(record.entity, scaled, record.at))
    return prepared


def split(rows: Sequence[Row], part: float = 0.8, seed: int = 7) -> tuple[list[Row], list[Row]]:
    """The rows to train with and those to test with; the same seed gives the same split."""
    if not 0 < part < 1:
        raise ValueError(f"{part} is not between 0 and 1")
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    cut = round(len(shuffled) * part)
    return shuffled[:cut], shuffled[cut:]


def predict(weights: Mapping[str, float], record: Record) -> float:
    total = weights.get("bias", 0.0) + sum(
        weights.get(name, 0.0) * value for name, value in record.values.items()
    )
    return 1.0 / (1.0 + math.exp(-total))


def train(rows: Sequence[Row], rounds: int = 200, rate: float = 0.5) -> dict[str, float]:
    """Weights of a logistic model, by gradient descent."""
    weights: dict[str, float] = {"bias": 0.0}
    for _ in range(rounds):
        for record, churned in rows:
            error = churned - predict(weights, record)
            weights["bias"] += rate * error
            for name, value in record.values.items():
                weights[name] = weights.get(name, 0.0) + rate * error * value
    return weights


def accuracy(weights: Mapping[str, float], rows: Sequence[Row]) -> float:
    """How many of the rows are predicted right; no rows is an error, not a success."""
    if not rows:
        raise ValueError("there is nothing to measure on")
    return sum((predict(weights, record) >= 0.5) == churned for record, churned in rows) / len(rows)
