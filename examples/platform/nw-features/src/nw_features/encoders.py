"""Turning raw values into numbers that models take."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nw_config import Settings


@dataclass(frozen=True)
class Scale:
    """Maps [low, high] to [0, 1]; what lies outside is clipped."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"the range {self.low}..{self.high} is empty")

    def __call__(self, value: float) -> float:
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    @classmethod
    def from_settings(cls, settings: Settings, feature: str) -> "Scale":
        """The range that an operator set for this feature, 0 to 100 by default."""
        return cls(
            settings.integer(f"{feature}_low", 0),
            settings.integer(f"{feature}_high", 100),
        )


@dataclass(frozen=True)
class OneHot:
    """One column for each known category; an unknown one is all zeros."""

    categories: tuple[str, ...]

    @classmethod
    def fit(cls, values: Iterable[str]) -> "OneHot":
        return cls(tuple(sorted(set(values))))

    def __call__(self, value: str) -> list[float]:
        return [1.0 if value == category else 0.0 for category in self.categories]


def buckets(value: float, edges: Sequence[float]) -> int:
    """The number of the bucket that `value` falls in; an edge belongs to the one above."""
    return bisect_right(edges, value)
