"""The models that are served, and which version of each."""

import math
from dataclasses import dataclass, field
from typing import Dict, List, Mapping

from cachetools import LRUCache
from nw_features import Scale
from packaging.version import Version


@dataclass(frozen=True)
class Model:
    """A logistic model over scaled features."""

    name: str
    version: str
    weights: Mapping[str, float]
    scales: Mapping[str, Scale] = field(default_factory=dict)
    bias: float = 0.0

    def score(self, values: Mapping[str, float]) -> float:
        total = self.bias
        for name, weight in self.weights.items():
            value = values.get(name, 0.0)
            scale = self.scales.get(name)
            total += weight * (scale(value) if scale else value)
        return 1.0 / (1.0 + math.exp(-total))


class Catalogue:
    """The newest version of each model, with the latest scores kept."""

    def __init__(self, remember: int = 1024) -> None:
        self._models: Dict[str, Model] = {}
        self._scores: LRUCache = LRUCache(maxsize=remember)

    def add(self, model: Model) -> bool:
        """Serve this model unless a newer version of it is served; whether it is served now."""
        known = self._models.get(model.name)
        if known is not None and Version(known.version) > Version(model.version):
            return False
        self._models[model.name] = model
        return True

    def names(self) -> List[str]:
        return sorted(self._models)

    def get(self, name: str) -> Model:
        return self._models[name]

    def score(self, name: str, values: Mapping[str, float]) -> float:
        """KeyError if there is no such model."""
        model = self._models[name]
        key = (name, model.version, tuple(sorted(values.items())))
        if key not in self._scores:
            self._scores[key] = model.score(values)
        return self._scores[key]
