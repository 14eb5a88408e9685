"""The unit that moves through the platform."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Record:
    """One entity with its values at one time."""

    entity: str
    values: Mapping[str, float] = field(default_factory=dict)
    at: int = 0

    def with_values(self, **more: float) -> "Record":
        """A copy which has these values too."""
        return Record(self.entity, {**self.values, **more}, self.at)


def latest(records: Iterable[Record]) -> dict[str, Record]:
    """The newest record of each entity; of two equally new ones, the later in the sequence."""
    newest: dict[str, Record] = {}
    for record in records:
        known = newest.get(record.entity)
        if known is None or record.at >= known.at:
            newest[record.entity] = record
    return newest
