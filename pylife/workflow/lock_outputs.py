"""What comes out of pip-compile and uv: that it says no more than before, and takes nothing back.

A file shall not begin to name the indexes of this machine because a tool was told of them here.
"""

import re

from packaging.version import InvalidVersion, Version

from pylife.upgrade.headers import Recipe
from pylife.workflow.lock_inputs import NotHereError

_EMITTED = {
    "options": re.compile(r"^-", re.M),
    "index-url": re.compile(r"^(?:-i|--index-url|--extra-index-url)\b", re.M),
    "find-links": re.compile(r"^(?:-f|--find-links)\b", re.M),
    "trusted-host": re.compile(r"^--trusted-host\b", re.M),
}
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.M)


def not_emitted(before: bytes, recipe: Recipe) -> list[str]:
    """What the file does not say today, and shall not because this machine is told so."""
    old = before.decode("utf-8", errors="replace")
    said = " ".join(recipe.arguments)
    return [
        name
        for name, pattern in _EMITTED.items()
        if not pattern.search(old) and f"emit-{name}" not in said
    ]


def as_before(made: bytes, before: bytes) -> bytes:
    """What was made without our own demand for wheels, which pip-compile writes down."""
    ours = b"--only-binary :all:\n"
    return made if ours in before else made.replace(ours, b"", 1)


def names_credentials(data: bytes) -> bool:
    """Whether an address in it holds a user or a password."""
    return re.search(rb"://[^/\s@]+@", data) is not None


def forward(before: bytes, after: bytes) -> None:
    """Raises NotHereError where a pin goes back: that is no upgrade, but for people to decide."""
    old, new = _pins(before), _pins(after)
    back = sorted(name for name in old.keys() & new.keys() if new[name] < old[name])
    if back:
        told = ", ".join(f"{name} {old[name]} to {new[name]}" for name in back)
        raise NotHereError(f"releases with wheels alone would go back: {told}")


def _pins(data: bytes) -> dict[str, Version]:
    found: dict[str, Version] = {}
    for match in _PIN.finditer(data.decode("utf-8", errors="replace")):
        try:
            version = Version(match["version"])
        except InvalidVersion:
            continue
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        found[name] = max(found.get(name, version), version)
    return found
