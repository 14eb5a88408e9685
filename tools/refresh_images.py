"""Make `pylife/data/images.toml` from the hand-kept `tools/sources/images.toml`.

    python tools/refresh_images.py [--check]

`--check` writes nothing and exits 1 where the shipped file differs.
"""

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "images.toml"
TARGET = HERE.parent / "pylife" / "data" / "images.toml"


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = render(tomllib.loads(SOURCE.read_text(encoding="utf-8")))
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its source gives: run {Path(__file__).name}")
    return 1


def render(sources: dict[str, Any]) -> str:
    """The text of images.toml; raises ValueError for a row without source or Python."""
    named = sources["sources"]
    head = "# Made by tools/refresh_images.py; edit its source, not this file."
    day = sources["snapshot"]["date"]
    blocks = [f'{head}\nschema = "pylife/images/1"\nsnapshot = {day}\n']
    for distribution in sources["distribution"]:
        blocks += [_release(distribution, row, named) for row in distribution["releases"]]
    blocks += [_image(image, named) for image in sources["image"]]
    tagged = sources["tagged"]
    rest = {"source": named[tagged["source"]], "date": tagged["date"]}
    blocks.append(_table("[tagged]", names=tagged["names"], **rest))
    return "\n".join(blocks)


def _release(distribution: dict[str, Any], release: dict[str, Any], named: dict[str, str]) -> str:
    return _table(
        "[[release]]",
        name=f"{distribution['name']} {release['version']}",
        images=distribution["images"],
        tags=[release["version"], *release.get("tags", [])],
        names=release.get("names", []),
        suffixes=release.get("suffixes", []),
        python=_python(release["python"]),
        also=[_python(text) for text in release.get("also", [])],
        source=named[release.get("source", distribution["source"])],
        date=distribution["date"],
    )


def _image(image: dict[str, Any], named: dict[str, str]) -> str:
    return _table(
        "[[image]]",
        names=image["names"],
        python=_python(image["python"]),
        why=image["why"],
        source=named[image["source"]],
        date=image["date"],
    )


def _python(text: str) -> str:
    if re.fullmatch(r"3\.\d+", text) is None:
        raise ValueError(f"{text!r} is no Python")
    return text


def _table(head: str, **rows: Any) -> str:
    lines = [head]
    for key, value in rows.items():
        plain = isinstance(value, str | list)
        lines.append(f"{key} = {json.dumps(value, ensure_ascii=False) if plain else value}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
