"""A wrong policy: where it is wrong, and what was meant."""

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pylife import policy, resources
from pylife.errors import ConfigError
from pylife.policy import strict
from pylife.syntax import toml
from pylife.syntax.text import Source

HEAD = 'name = "x"\n'
DROP = '[stages]\ndrop = { anchor = "python.eol" }\n'
WAIVER = '[[waiver]]\nrule = "RNG002"\nowner = "a"\nreason = "b"\n'
OVERRIDE = '[[override]]\npython = "3.9"\nreason = "r"\n'
RELEASE = '[[release]]\nversion = "1.0"\ndate = "2026-01"\n'


def wrong(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        policy.parse(text.encode(), shown="p.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("x=[", "1:4", "not valid TOML"),
        (HEAD, "1", "a policy has stages, a window, or extends another one"),
        (f'title = "x"\n{DROP}', "1", "the file lacks name"),
        (f'name = "X y"\n{DROP}', "1:1", "lower-case"),
        (f'{HEAD}[stages]\nadopt = "2027-01"\n', "", "neither drops nor deprecates"),
        (f"{HEAD}wran = 3\n{DROP}", "2:1", "unknown key 'wran' (did you mean 'warn'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.elo" }}', "3:10", "did you mean 'python.eol'"),
        (f'{HEAD}[stages]\ndrop = {{ anchr = "python.eol" }}', "3:10", "unknown key 'anchr' in stages.drop (did you mean 'anchor'?)"),
        (f'{HEAD}[stages]\ndrop = {{ offset = "P1D" }}', "3:1", "stages.drop: a moment has exactly one of anchor, earliest and latest"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", latest = ["2027-01"] }}', "3:1", "exactly one of"),
        (f'{HEAD}[stages]\ndrop = {{ latest = ["2027-01", {{ anchor = "python.eol", at = "own.nxt" }}] }}', "", "stages.drop.latest[1].at is 'own.nxt', not one of"),
        (f"{HEAD}[stages]\ndrop = {{ earliest = [] }}", "3:10", "stages.drop.earliest is empty"),
        (f"{HEAD}[stages]\ndrop = 3", "3:1", "a date, a month, or a table with an anchor, earliest or latest"),
        (f'{HEAD}[stages]\ndrop = "2027"', "3:1", "a date such as 2027-04-30"),
        (f'{HEAD}[stages]\ndrop = "2027-13"', "3:1", "'2027-13' is no date"),
        (f"{HEAD}[stages]\ndrop = 2027-01-01T10:00:00", "3:1", "a date such as 2027-04-30"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", offset = "3 months" }}', "3:33", "ISO 8601"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", offset = "P" }}', "3:33", "ISO 8601"),
        (f'{HEAD}[stages]\ndorp = "2027-01"', "3:1", "did you mean 'drop'"),
        (f"{HEAD}warn = 3\n{DROP}", "2:1", "how long before a date findings start"),
        (f'{HEAD}warn = "-P1D"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = "P1D\\n"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = "P\u0661D"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = [{{ before = "P1Y", severity = "hint" }}]\n{DROP}', "2:27", "not one of info, warning, error"),
        (f'{HEAD}warn = ["P1Y"]\n{DROP}', "2:9", "warn[0] must be a table, not 'P1Y'"),
        (f"{HEAD}keep-newest = 99\n{DROP}", "2:1", "(from 0 to 20)"),
        (f"{HEAD}keep-newest = true\n{DROP}", "2:1", "must be an integer, not True"),
        (f"{HEAD}window = 1\n{DROP}", "4:1", "stages.drop and window contradict each other"),
        (f"{HEAD}window = 1\nkeep-newest = 2\n", "3:1", "keep-newest and window contradict each other"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "dependency.nunpy.release" }}', "3:10", "no data on the releases of 'nunpy' (did you mean 'numpy'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "platform.aws-lamda.eol" }}', "3:10", "no platform 'aws-lamda' (did you mean 'aws-lambda'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", at = "own.next" }}', "3:33", "own.next needs the project's own releases"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "own.release" }}\n{RELEASE}', "3:10", "which Pythons they add"),
        (f'{HEAD}own-releases = "djanjo"\n{DROP}', "2:1", "did you mean 'django'"),
        (f'{HEAD}{DROP}{RELEASE.replace("2026-01", "2026-00")}', "6:1", "'2026-00' is no date"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "modle"\nwarn = "P1D"\n', "5:1", "did you mean 'model'"),
        (f'{HEAD}{DROP}[[scope]]\nkind = ["image", "modle"]\nwarn = "P1D"\n', "5:18", "scope[0].kind[1] is 'modle'"),
        (f'{HEAD}{DROP}[[scope]]\nwarn = "P1D"\n', "4:1", "a scope names the projects that it is for"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "image"\n', "4:1", "a scope says what is different"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "image"\nstages.drop = {{ anchor = "python.beta1" }}\n', "", "(for kind image)"),
        (f"{HEAD}{OVERRIDE}{DROP}", "2:1", "fixes at least one of adopt, deprecate, drop and block"),
        (f'{HEAD}{OVERRIDE.replace("3.9", "3.99")}drop = "2027-01"\n{DROP}', "3:1", "Python 3.99 is not in the calendar"),
        (f'{HEAD}{OVERRIDE}adopt = "2027-02"\ndrop = "2027-01"\n{DROP}', "6:1", "Python 3.9 is dropped before it is adopted"),
        (f'{HEAD}{DROP}[dependencies.nunpy]\ndrop = "2027-01"\n', "5", "did you mean 'numpy'"),
        (f"{HEAD}{DROP}[dependencies.numpy]\nkeep-newest = 2\n", "5", "dependencies.numpy lacks drop"),
        (f'{HEAD}{DROP}[dependencies.numpy]\ndrop = {{ anchor = "python.eol" }}\n', "5:10", "not one of dependency.release"),
        (f"{HEAD}{DROP}{WAIVER}", "4:1", "waiver[0] lacks until"),
        (f'{HEAD}{DROP}{WAIVER}until = "2027-02-30"\n', "8:1", "'2027-02-30' is no date"),
        (f'{HEAD}{DROP}{WAIVER}until = "soon"\n', "8:1", "the last day on which it holds"),
        (f'{HEAD}{DROP}{WAIVER.replace("RNG002", "rng")}until = 2027-01-01\n', "5:1", "the beginning of some"),
        (f'{HEAD}{DROP}[[example]]\nas-of = 2026-01-01\npython = "3.9"\n', "4:1", "either python and stage, or dependency and floor"),
        (f'{HEAD}{DROP}[[example]]\nas-of = "2026-02-30"\npython = "3.9"\nstage = "dropped"\n', "5:1", "'2026-02-30' is no date"),
        (f'{HEAD}[stages]\nadopt = {{ anchor = "python.eol" }}\ndrop = {{ anchor = "python.release" }}', "4:1", "drops each Python before it asks for it"),
        (f'{HEAD}extends = "upstrem"\n', "2:1", "no policy 'upstrem' (presets: "),
        (f'{HEAD}extends = ["upstream", "none.toml"]\n', "2:24", "no policy 'none.toml'"),
        (f"{HEAD}extends = []\n", "2:1", "extends is empty"),
    ],
)  # fmt: skip
def test_a_wrong_policy_names_its_place_and_what_was_meant(
    text: str, place: str, says: str
) -> None:
    message = wrong(text)
    assert says in message
    assert message.startswith(f"p.toml:{place}: " if place else "p.toml:"), message


def schema() -> dict[str, Any]:
    text = resources.data("policy.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_the_schema_uses_only_what_is_understood() -> None:
    def look(value: Any, *, named: bool = False) -> None:
        match value:
            case dict():
                if not named:
                    assert set(value) <= strict.KEYWORDS
                for key, item in value.items():
                    if key != "examples":
                        look(item, named=key in {"properties", "definitions"} and not named)
            case list():
                for item in value:
                    look(item)

    look(schema())


def patterns(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
            return own + [found for item in value.values() for found in patterns(item)]
        case list():
            return [found for item in value for found in patterns(item)]
        case _:
            return []


def test_every_pattern_is_of_the_whole_value() -> None:
    assert all(text.startswith("^") and text.endswith("$") for text in patterns(schema()))


FULL = """
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
            case _:
                return json.dumps(item)

    text = "\n".join(f'"{key}" = {spelled(item)}' for key, item in value.items())
    return toml.parse(Source("p.toml", text.encode()))


WHOLE: dict[str, Any] = toml.parse(Source("p.toml", FULL.encode())).value
OTHER = st.sampled_from(
    [3, -1, 99, True, 1.5, "", "x", "P1D", "2027-01", "python.eol", "own.next", "RNG", [], ["x"]]
) | st.sampled_from(
    [{}, [{}], {"anchor": "python.eol"}, {"offset": "P1D"}, [{"anchor": "own.release"}]]
)


def test_the_whole_language_is_accepted() -> None:
    strict.validate(document(WHOLE), "p.toml")
    policy.parse(FULL.encode(), shown="p.toml")
    jsonschema.Draft7Validator(schema()).validate(WHOLE)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_what_the_schema_refuses_is_refused_with_its_line(data: st.DataObject) -> None:
    value = copy.deepcopy(WHOLE)
    path = data.draw(st.sampled_from([place for place in places(WHOLE) if place]))
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    change = data.draw(st.sampled_from(["replace", "remove", "add", "rename"]))
    if change == "remove" or not isinstance(inner, dict):
        del inner[path[-1]]
    elif change == "add":
        inner["nothing"] = data.draw(OTHER)
    elif change == "rename":
        inner[f"{path[-1]}x"] = inner.pop(path[-1])
    else:
        inner[path[-1]] = data.draw(OTHER)
    accepted = jsonschema.Draft7Validator(schema()).is_valid(value)
    if accepted:
        strict.validate(document(value), "p.toml")
        return
    with pytest.raises(ConfigError) as caught:
        strict.validate(document(value), "p.toml")
    assert caught.value.path == "p.toml"
    assert caught.value.line is not None
