"""What the table says of one name."""

from dataclasses import dataclass, field

from stdlib_places import Place


@dataclass
class Name:
    """What the table says of one name."""

    present: int = 0
    kind: str = "v"
    bases: list[Place] = field(default_factory=list)
    parameters: dict[str, int] | None = None
    result: Place | None = None
    element: Place | None = None
    to: Place | None = None
    module: str = ""  # which module it is
    deprecated: list[tuple[int, str]] = field(default_factory=list)
    seen: int = 0  # the Pythons whose interpreter showed it
