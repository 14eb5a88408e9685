"""pylife's own validation against a validator that is not ours, on every schema of a TOML file."""

import copy
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pylife import policy, resources
from pylife.errors import ConfigError
from pylife.syntax import schema, toml
from pylife.syntax.text import Source

POLICY = """
name = "full"
title = "t"
description = "d"
source = "s"
extends = ["upstream"]
warn = [{ before = "P1Y", severity = "info" }]
keep-newest = 2
stale-after = "P1Y"
own-releases = "django"
release = [{ version = "9.0", date = "2029-01", lts-until = "2031-01", adds = ["3.15"] }]
stages = { adopt = "2020-01", drop = { anchor = "python.eol", offset = "P6M", round = "month-end", at = "own.next" }, block = { latest = [{ anchor = "python.eol" }, "2027-01-01"] } }
scope = [{ kind = "model", tier = [1, 2], owner = "a", path = "m/*", name = ["x"], stages = { drop = "2030-01" }, warn = "P1D", override = [{ python = "3.9", block = "2027-01", reason = "r" }] }]
override = [{ python = "3.9", drop = "2026-06-30", reason = "r" }]
dependencies = { numpy = { drop = { anchor = "dependency.release", offset = "P2Y" }, keep-newest = 3 } }
waiver = [{ rule = "RNG002", project = "nw-*", subject = "*", owner = "o", reason = "r", until = "2027-03-31" }]
example = [{ as-of = "2026-04-01", python = "3.9", stage = "dropped", kind = "model", tier = 1, source = "s" }, { as-of = "2026-04-01", dependency = "numpy", floor = "2.0" }]
"""
FLEET = """
fleet = { name = "f", policy = "upstream", matrix = "default", skip = ["a"] }
project = [{ path = "a", name = "n", kind = "model", tier = 1, owner = "o", policy = "p.toml", matrix = "m", builds = ["i"] }, { url = "u", branches = ["main"], exclude = "old" }]
images = { "a:*" = { python = ["3.12"], platform = "debian-12", end-of-life = "2028-06-30", source = "s", date = "2026-11-01" }, b = { python = "3.12", source = "s", date = "2026-11-01" } }
check = { select = ["RNG"], ignore = ["RNG001"], severity = { DRF = "error" }, per-file-ignores = { "docs/**" = ["RUN"] }, fail-on = "warning", baseline = "b", facts = "f", scope = [{ kind = ["model"], tier = 1, owner = "o", path = ["p"], name = "n", ignore = ["RNG"], severity = { RUN201 = "info" } }] }
waiver = [{ rule = "RNG002", project = "nw-*", subject = "*", owner = "o", reason = "r", until = "2027-03-31" }]
"""
MATRIX = """
matrix = { name = "m", title = "t", sessions = ["tests"], timeout = 60, pythons = ["3.12"], environment = ["A"], extras = ["x"], retries = 1 }
"""
FULL = {"policy": POLICY, "fleet": FLEET, "matrix": MATRIX}
OTHER = st.sampled_from(
    [3, -1, 99, True, 1.5, "", "x", "P1D", "2027-01", "python.eol", "own.next", "RNG", [], ["x"]]
) | st.sampled_from(
    [{}, [{}], {"anchor": "python.eol"}, {"offset": "P1D"}, [{"anchor": "own.release"}]]
)
DATES = st.sampled_from(
    [dt.date(2026, 1, 1), dt.time(10, 30), dt.datetime(2026, 1, 1, 10, 30)]  # noqa: DTZ001 - a local one
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for key, item in items for found in places(item, (*path, key)))]


def document(value: dict[str, Any]) -> toml.Document:
    """The value as TOML, its tables inline."""

    def spelled(item: Any) -> str:
        match item:
            case dict():
                return "{" + ", ".join(f'"{k}" = {spelled(v)}' for k, v in item.items()) + "}"
            case list():
                return "[" + ", ".join(map(spelled, item)) + "]"
            case dt.date() | dt.time():
                return item.isoformat()
            case _:
                return json.dumps(item)

    text = "\n".join(f'"{key}" = {spelled(item)}' for key, item in value.items())
    return toml.parse(Source("p.toml", text.encode()))


def whole(name: str) -> dict[str, Any]:
    value: dict[str, Any] = toml.parse(Source("p.toml", FULL[name].encode())).value
    return value


def path_of(name: str) -> Path:
    return resources.data(f"{name}.schema.json")


def published(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path_of(name).read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", FULL)
def test_the_schemas_use_only_what_is_understood(name: str) -> None:
    def look(value: Any, *, named: bool = False) -> None:
        match value:
            case dict():
                if not named:
                    assert set(value) <= schema.KEYWORDS
                for key, item in value.items():
                    if key != "examples":
                        look(item, named=key in {"properties", "definitions"} and not named)
            case list():
                for item in value:
                    look(item)

    look(published(name))


def patterns(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
            return own + [found for item in value.values() for found in patterns(item)]
        case list():
            return [found for item in value for found in patterns(item)]
        case _:
            return []


@pytest.mark.parametrize("name", FULL)
def test_every_pattern_is_of_the_whole_value(name: str) -> None:
    assert all(text.startswith("^") and text.endswith("$") for text in patterns(published(name)))


@pytest.mark.parametrize("name", FULL)
def test_the_whole_language_is_accepted(name: str) -> None:
    schema.validate(document(whole(name)), path_of(name), "p.toml")
    jsonschema.Draft7Validator(published(name)).validate(whole(name))


def test_the_whole_policy_is_one() -> None:
    policy.parse(POLICY.encode(), shown="p.toml")


def is_valid(value: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether the other validator takes it: a date stands for its text where one has to be."""
    plain = jsonschema.Draft7Validator

    def pattern(found: Any, text: str, item: Any, schema: dict[str, Any]) -> Any:
        if isinstance(item, dt.date | dt.time):
            if re.search(text, item.isoformat()):
                return
            yield jsonschema.ValidationError("no such date")
        else:
            yield from plain.VALIDATORS["pattern"](found, text, item, schema)

    def kind(found: Any, types: Any, item: Any, schema: dict[str, Any]) -> Any:
        a_date = schema.get("pattern", "").startswith("^[0-9]{4}-[0-9]{2}")
        if not (isinstance(item, dt.date | dt.time) and types == "string" and a_date):
            yield from plain.VALIDATORS["type"](found, types, item, schema)

    extend: Any = jsonschema.validators.extend
    made = extend(plain, {"pattern": pattern, "type": kind})
    return bool(made(wanted).is_valid(value))


@pytest.mark.parametrize("name", FULL)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_the_schema_refuses_is_refused_with_its_line(name: str, data: st.DataObject) -> None:
    value = whole(name)
    path = data.draw(st.sampled_from([place for place in places(value) if place]))
    value = copy.deepcopy(value)
    inner: Any = value
    for key in path[:-1]:
        inner = inner[key]
    change = data.draw(st.sampled_from(["replace", "remove", "add", "rename"]))
    if change == "remove" or not isinstance(inner, dict):
        del inner[path[-1]]
    elif change == "add":
        inner["nothing"] = data.draw(OTHER | DATES)
    elif change == "rename":
        inner[f"{path[-1]}x"] = inner.pop(path[-1])
    else:
        inner[path[-1]] = data.draw(OTHER | DATES)
    accepted = is_valid(value, published(name))
    if accepted:
        schema.validate(document(value), path_of(name), "p.toml")
        return
    with pytest.raises(ConfigError) as caught:
        schema.validate(document(value), path_of(name), "p.toml")
    assert caught.value.path == "p.toml"
    assert caught.value.line is not None
