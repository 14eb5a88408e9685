"""The page on policies: what it shows is read as it says."""

import re

import pytest

from pylife import policy, resources
from pylife.syntax import schema
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
BLOCKS = [
    block
    for block in re.findall(r"^```toml\n(.*?)^```$", PAGE, re.M | re.S)
    if "entry-points" not in block and "extends = [" not in block
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n", 1)[0])
def test_every_example_of_the_page_is_a_policy(block: str) -> None:
    head = "" if re.search(r"^name = \"(?!nw-)", block, re.M) else 'name = "x"\n'
    stages = "" if "[stages]" in block else '\n[stages]\ndrop = { anchor = "python.eol" }\n'
    policy.parse(f"{head}{block}{stages}".encode(), shown="docs/policies.md")


def test_the_page_names_every_key() -> None:
    published = schema.load(resources.data("policy.schema.json"))
    for key in published["properties"]:
        assert f"`{key}`" in PAGE or f"[{key}" in PAGE, key
    moment = published["definitions"]["moment"]["anyOf"][1]["properties"]
    for word in (*moment["at"]["enum"], *moment["round"]["enum"], *moment):
        assert word in PAGE, word
