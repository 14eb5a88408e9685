"""The published schemas, by a validator that is not ours."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from pylife import resources
from tests.conftest import ROOT

SCHEMAS = sorted(resources.data("").glob("*.schema.json"))
FILES = [
    ("fleet", ROOT / "pylife.toml"),
    ("fleet", ROOT / "examples" / "platform" / "pylife.toml"),
    *(("policy", path) for path in sorted((ROOT / "policies").rglob("*.toml"))),
    ("policy", ROOT / "examples" / "platform" / "policies" / "platform.toml"),
    *(("matrix", path) for path in sorted((ROOT / "matrices").glob("*.toml"))),
]


def validator(name: str) -> jsonschema.Draft7Validator:
    schema = json.loads(resources.data(f"{name}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_schemas_are_valid(path: Path) -> None:
    jsonschema.Draft7Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda value: getattr(value, "stem", value))
def test_every_file_of_ours_follows_its_schema(name: str, path: Path) -> None:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    # JSON Schema has no dates: editors too hand them over as text.
    validator(name).validate(json.loads(json.dumps(values, default=str)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fleet", "[[project]]\npath = 'a'\nurl = 'b'\n"),
        ("fleet", "[[project]]\nkind = 'library'\n"),
        ("fleet", "[fleet]\nunknown = 1\n"),
        ("policy", "name = 'x'\n"),
        ("policy", "name = 'X y'\n[stages]\ndrop = { anchor = 'python.eol' }\n"),
    ],
)
def test_what_is_wrong_is_refused(name: str, text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator(name).validate(tomllib.loads(text))
