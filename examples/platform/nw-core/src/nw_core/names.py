"""Names as the platform writes them."""

import re

_UNSAFE = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """`text` as it may appear in a path, a label or a metric: `Churn Model` is `churn-model`."""
    result = _UNSAFE.sub("-", text.lower()).strip("-")
    if not result:
        raise ValueError(f"nothing of {text!r} can be used in a name")
    return result


def dotted(*parts: str) -> str:
    """The parts joined by dots, each made safe."""
    return ".".join(slug(part) for part in parts)
