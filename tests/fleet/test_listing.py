"""Models of a registry, from the listing that was exported of it."""

import json
from pathlib import Path

import pytest

from pylife.errors import ConfigError
from pylife.fleet import listing, load
from pylife.model import Kind
from tests.conftest import MakeTree

MLMODEL = "flavors:\n  python_function:\n    python_version: 3.11.4\n"
CONFIG = '[[project]]\nlisting = "models.json"\ntier = 2\n'


def rows(*given: dict[str, object]) -> str:
    return json.dumps(list(given))


def test_json_csv_and_the_registrys_own_answer_are_one(tree: MakeTree) -> None:
    row = {"name": "churn", "version": 3, "stage": "Production", "uri": "store/churn/3"}
    own = {"name": "churn", "version": "3", "current_stage": "Production",
           "source": "store/churn/3", "run_id": "x", "aliases": []}  # fmt: skip
    root = tree(
        {
            "store/churn/3/MLmodel": MLMODEL,
            "a.json": rows(row),
            "b.json": json.dumps({"model_versions": [own]}),
            "c.csv": "name,version,stage,uri\nchurn,3,Production,store/churn/3\n",
        }
    )
    found = {name: list(listing.read(root, name)) for name in ("a.json", "b.json", "c.csv")}
    assert found["a.json"] == found["b.json"] == found["c.csv"]
    [one] = found["a.json"]
    assert (one.project, one.stage, one.path) == ("churn@3", "Production", "store/churn/3")
    assert one.folder == (root / "store/churn/3").resolve()


def test_what_is_no_folder_here_is_away_and_says_where(tree: MakeTree, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere" / "m 1"
    there.mkdir(parents=True)
    uris = ["s3://bucket/m", "models:/m/1", "https://user:secret@index.example/m",
            "file://other.example/m", there.as_uri(), str(there), "gone"]  # fmt: skip
    listed = [{"name": "m", "version": n, "uri": uri} for n, uri in enumerate(uris)]
    root = tree({"models.json": rows(*listed)})
    found = list(listing.read(root, "models.json"))
    assert [one.folder for one in found] == [None] * 4 + [there, there, None]
    assert found[0].away == "its files are at s3://bucket/m, which is no folder of this machine"
    assert "secret" not in found[2].away
    assert found[6].away == "there is no folder gone on this machine"
    assert found[4].path == "models/m/4"  # outside of the root: by name and version


def test_stages_choose(tree: MakeTree) -> None:
    root = tree(
        {
            "m.csv": "name,version,stage,uri\na,1,Production,s3://x\na,2,Staging,s3://y\na,3,,s3://z\n"
        }
    )
    assert [one.version for one in listing.read(root, "m.csv", ["production"])] == ["1"]
    assert [one.version for one in listing.read(root, "m.csv")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.json", "{", "no JSON"),
        ("m.json", '{"models": []}', "no list of models"),
        ("m.json", "[3]", "no list of models"),
        ("m.json", '[{"name": "a", "version": "1"}]', "model 1 has no uri"),
        ("m.json", '[{"name": "a", "version": [], "uri": "x"}]', "model 1 has no version"),
        ("m.csv", "name,uri\na,x\n", "line 2 has no version"),
        ("m.csv", "name,version,uri\na,1,x\na,1,y\n", "line 3: a@1 is listed twice"),
        ("m.csv", "name,version,uri\n,1,x\n", "line 2 has no name"),
    ],
)
def test_what_is_no_listing_is_told(tree: MakeTree, name: str, content: str, message: str) -> None:
    root = tree({name: content})
    with pytest.raises(ConfigError, match=message):
        list(listing.read(root, name))


def test_a_listing_that_is_not_there_is_told(tree: MakeTree) -> None:
    root = tree({"pylife.toml": CONFIG})
    with pytest.raises(ConfigError, match="listing cannot be read"):
        load(root, cache=root / ".pylife", fetch=False)


def test_listed_models_are_members(tree: MakeTree) -> None:
    root = tree(
        {
            "pylife.toml": CONFIG,
            "store/churn/MLmodel": MLMODEL,
            "store/churn/code/x.py": "",
            "models.json": rows(
                {"name": "churn", "version": 3, "uri": "store/churn"},
                {"name": "far", "version": 1, "uri": "s3://bucket/far"},
            ),
        }
    )
    far, churn = sorted(
        load(root, cache=root / ".pylife", fetch=False).members, key=lambda m: m.away == ""
    )
    assert (churn.project.name, churn.project.kind, churn.project.tier) == (
        "churn@3",
        Kind.MODEL,
        2,
    )
    assert set(churn.files) == {"MLmodel", "code/x.py"}
    assert (far.project.name, far.folder, far.project.error) == ("far@1", None, None)
    assert far.project.excluded == far.away != ""


def test_a_listing_gives_the_names_itself(tree: MakeTree) -> None:
    root = tree({"pylife.toml": CONFIG + 'name = "x"\n', "models.json": "[]"})
    with pytest.raises(ConfigError, match=r"project\[0\].name"):
        load(root, cache=root / ".pylife", fetch=False)
