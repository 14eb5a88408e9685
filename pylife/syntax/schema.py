"""Strict validation of pylife's own TOML files, with file, line and the nearest known key.

The JSON Schemas in `pylife/data/` are the one source of truth: published for
editors, and compiled here by fastjsonschema.
"""

import difflib
import json
import re
from pathlib import Path

from pylife.errors import ConfigError
from pylife.syntax.toml import Document, Key


def validate(document: Document, schema: Path, shown: str) -> None:
    """Raise ConfigError where `document` does not follow `schema`; `shown` names the file."""
    import fastjsonschema  # only where such a file is read

    definition = json.loads(schema.read_text(encoding="utf-8"))
    # use_formats: pylife's dates are TOML dates or checked where they are used.
    check = fastjsonschema.compile(definition, use_formats=False, detailed_exceptions=True)
    try:
        check(_plain(document.value))
    except fastjsonschema.JsonSchemaValueException as error:
        path = _path(error.name or "data")
        message, where, hint = _explain(error, path)
        raise ConfigError(message, path=shown, line=document.line(*where), help=hint) from None


def _explain(error: object, path: tuple[Key, ...]) -> tuple[str, tuple[Key, ...], str | None]:
    rule: str = getattr(error, "rule", "")
    definition: dict[str, object] = getattr(error, "definition", {}) or {}
    value = getattr(error, "value", None)
    place = _dotted(path)
    hint: str | None
    match rule, value:
        case "additionalProperties", dict():
            known = _known(definition)
            unknown = next(key for key in value if key not in known)
            near = difflib.get_close_matches(unknown, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "known keys: " + ", ".join(known)
            inside = f" in {place}" if place else ""
            return f"unknown key {unknown!r}{inside}", (*path, unknown), hint
        case "enum", _:
            known = [str(item) for item in definition.get("enum", [])]  # type: ignore[attr-defined]
            near = difflib.get_close_matches(str(value), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else None
            return f"{place} is {value!r}, not one of {', '.join(known)}", path, hint
        case "required", dict():
            missing = [key for key in definition.get("required", []) if key not in value]  # type: ignore[attr-defined]
            return f"{place or 'the file'} lacks {', '.join(missing)}", path, None
        case "type", _:
            return f"{place} must be a {definition.get('type')}, not {value!r}", path, None
        case _:
            described = definition.get("description")
            return (
                f"{place} is {value!r}, which does not fit"
                + (f": {described}" if described else f" ({rule})"),
                path,
                None,
            )


def _known(definition: dict[str, object]) -> list[str]:
    properties = definition.get("properties", {})
    return sorted(properties) if isinstance(properties, dict) else []


def _path(name: str) -> tuple[Key, ...]:
    """fastjsonschema's `data.project[0].kind` or `data["a.b"]` as keys."""
    keys: list[Key] = []
    for match in re.finditer(r"\[(\d+)\]|\.([^.\[\]]+)|\[['\"](.*?)['\"]\]", name[len("data") :]):
        index, plain, quoted = match.groups()
        keys.append(int(index) if index is not None else plain or quoted)
    return tuple(keys)


def _dotted(path: tuple[Key, ...]) -> str:
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _plain(value: object) -> object:
    """Dates as text, which JSON Schema can check."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case str() | bool() | int() | float() | None:
            return value
        case _:
            return str(value)
