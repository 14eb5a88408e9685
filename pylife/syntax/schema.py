"""Strict validation of pylife's own TOML files: line, column, and the nearest known key or word.

The JSON Schemas in `pylife/data/` are the one source of truth: published for editors, and walked
here. Compiling one costs a start-up more than walking it; and where one of several forms is
meant, the form that the value has is the one that errors speak of.
"""

import datetime as dt
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pylife.errors import ConfigError
from pylife.syntax.toml import Document, Key

Place = tuple[Key, ...]
Schema = dict[str, Any]

KEYWORDS = frozenset(
    {"$schema", "title", "description", "definitions", "examples", "$ref", "type", "enum"}
    | {"pattern", "minLength", "minimum", "exclusiveMinimum", "maximum", "minItems"}
    | {"minProperties", "items", "properties", "propertyNames", "additionalProperties"}
    | {"required", "anyOf", "oneOf"}
)
"""What of JSON Schema is understood here; the tests see that the schemas use nothing else."""
_DATES = "^[0-9]{4}-[0-9]{2}"
"""How the patterns begin that dates have to fit."""


class _WrongError(Exception):
    def __init__(self, path: Place, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


@lru_cache(maxsize=8)
def load(path: Path) -> Schema:
    """The JSON Schema of the file `path`."""
    loaded: Schema = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def validate(document: Document, schema: Path, shown: str) -> None:
    """Raise ConfigError where `document` does not follow `schema`; `shown` names the file."""
    root = load(schema)
    try:
        _check(document.value, root, (), root)
    except _WrongError as error:
        raise at(document, shown, error.message, *error.path, help=error.hint) from None


def at(
    document: Document,
    shown: str,
    message: str,
    *path: Key,
    help: str | None = None,  # noqa: A002 - as in ConfigError
) -> ConfigError:
    """The error that `message` is true of what is at `path` of `document`."""
    line, column = place(document, *path)
    return ConfigError(message, path=shown, line=line, column=column, help=help)


def place(document: Document, *path: Key) -> tuple[int, int | None]:
    """Line and column of the key (of an array's element: the value) at `path`, both from 1.

    Where that has no place of its own, it is that of what it is in.
    """
    for length in range(len(path), 0, -1):
        node = document.key(*path[:length]) or document.node(*path[:length])
        if node is not None:
            return document.source.position(node.span.start)
        from pylife.syntax import headers  # only for what is wrong

        header = headers.place(document, path[:length])
        if header is not None:
            return header
    return document.line(*path), None


def _check(value: Any, schema: Schema, path: Place, root: Schema) -> None:
    if "$ref" in schema:
        referred = root["definitions"][schema["$ref"].rpartition("/")[2]]
        schema = {**referred, **{key: schema[key] for key in ("description",) if key in schema}}
    forms = [form for form in schema.get("anyOf", ()) if "required" not in form or "type" in form]
    if forms:
        schema = _form(value, forms, schema, path)
    _check_type(value, schema, path)
    match value:
        case dict() | list() if "enum" in schema:
            _check_scalar(value, schema, path)
        case dict():
            _check_table(value, schema, path, root)
        case list():
            if len(value) < schema.get("minItems", 0):
                raise _WrongError(path, f"{dotted(path)} is empty")
            for number, item in enumerate(value):
                _check(item, schema.get("items", {}), (*path, number), root)
        case _:
            _check_scalar(value, schema, path)


def _form(value: Any, forms: list[Schema], schema: Schema, path: Place) -> Schema:
    """The one of several forms that has the type of `value`."""
    for form in forms:
        if _type(value) == form.get("type") and _may_be_date(value, form):
            return {"description": schema["description"], **form}
    raise _WrongError(path, _unfit(value, path, schema))


def _type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return "string"


def _may_be_date(value: Any, schema: Schema) -> bool:
    """Whether a date or time of TOML's own is as good as its text here: where a date has to be."""
    return not isinstance(value, dt.date | dt.time) or schema.get("pattern", "").startswith(_DATES)


def _check_type(value: Any, schema: Schema, path: Place) -> None:
    wanted = schema.get("type")
    if wanted == "number" and _type(value) == "integer":
        return
    if wanted is not None and (_type(value) != wanted or not _may_be_date(value, schema)):
        name = {"object": "a table", "array": "an array", "integer": "an integer"}
        raise _WrongError(
            path, f"{dotted(path)} must be {name.get(wanted, f'a {wanted}')}, not {_shown(value)}"
        )


def _check_table(value: dict[str, Any], schema: Schema, path: Place, root: Schema) -> None:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for key, item in value.items():
        if key in known:
            _check(item, known[key], (*path, key), root)
        elif others is False:
            inside = f" in {dotted(path)}" if path else ""
            raise _WrongError((*path, key), f"unknown key {key!r}{inside}", _near(key, known))
        else:
            _check_name(key, schema, path)
            _check(item, others, (*path, key), root)
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing:
        raise _WrongError(path, f"{dotted(path) or 'the file'} lacks {' and '.join(missing)}")
    if len(value) < schema.get("minProperties", 0):
        raise _WrongError(path, f"{dotted(path)} says too little: {schema['description']}")
    for keyword in ("anyOf", "oneOf"):
        held = [set(form["required"]) <= set(value) for form in schema.get(keyword, ())]
        if held and (not any(held) or (keyword == "oneOf" and sum(held) > 1)):
            where = f"{dotted(path)}: " if path else ""
            raise _WrongError(path, f"{where}{schema['description']}")


def _check_name(key: str, schema: Schema, path: Place) -> None:
    """A key that is the user's own."""
    wanted = schema.get("propertyNames", {})
    if "pattern" in wanted and not re.search(wanted["pattern"], key, re.ASCII):
        description = wanted.get("description") or schema["description"]
        raise _WrongError((*path, key), f"{key!r} in {dotted(path)} does not fit: {description}")


def _check_scalar(value: Any, schema: Schema, path: Place) -> None:
    words: list[Any] = schema.get("enum") or schema.get("examples") or []
    if "enum" in schema and value not in words:
        listed = ", ".join(map(str, words))
        message = f"{dotted(path)} is {_shown(value)}, not one of {listed}"
        raise _WrongError(path, message, _near(str(value), words, listing=False))
    if (
        ("pattern" in schema and not re.fullmatch(schema["pattern"], str(value), re.ASCII))
        or len(str(value)) < schema.get("minLength", 0)
        or not _between(value, schema)
    ):
        message = _unfit(value, path, schema)
        raise _WrongError(path, message, _near(str(value), words, listing=False))


def _between(value: Any, schema: Schema) -> bool:
    """Whether a number is in its bounds; anything else has none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return schema.get("minimum", value) <= value <= schema.get("maximum", value) and (
        "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"]
    )


def _unfit(value: Any, path: Place, schema: Schema) -> str:
    described = schema.get("description")
    text = f"{dotted(path)} is {_shown(value)}, which does not fit"
    text += f": {described}" if described else ""
    if {"minimum", "maximum"} <= set(schema):
        text += f" (from {schema['minimum']} to {schema['maximum']})"
    return text


def _near(word: str, known: Any, *, listing: bool = True) -> str | None:
    import difflib  # only for what is wrong

    near = difflib.get_close_matches(word, list(known), n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return "known keys: " + ", ".join(sorted(known)) if listing else None


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | list) else str(value)


def dotted(path: Place) -> str:
    """`scope[0].stages.drop`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
