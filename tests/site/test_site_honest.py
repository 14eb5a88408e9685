"""No page says more than what was read: dates, waves, and what is deployed."""

import json
from pathlib import Path
from typing import Any

import pytest

from pylife.site import build
from tests.site import site_samples as samples
from tests.site.site_html import parse
from tests.site.test_site_schemas import judged


def words_of(path: Path) -> str:
    return " ".join(parse(path).text.split())


@pytest.mark.parametrize(
    ("day", "python", "said"),
    [
        ("2026-11-21", "3.14", "Released 7 October 2025, end of life expected October 2030"),
        # The calendar was made before, so that nobody has seen whether it came.
        ("2026-11-21", "3.15", "Release expected 1 October 2026, end of life expected"),
        ("2025-09-01", "3.14", "Release 7 October 2025, end of life expected October 2030"),
    ],
)
def test_a_date_that_is_expected_is_called_so(
    tmp_path: Path, day: str, python: str, said: str
) -> None:
    build(samples.read(as_of=day), None, None, output=tmp_path / "site")
    assert said in words_of(tmp_path / f"site/pythons/{python}.html")


def test_of_whom_nobody_read_no_wave_is_told(tmp_path: Path) -> None:
    broken = samples.project("broken", error="its folder is gone")
    build(samples.read([*samples.fleet(), broken]), None, None, output=tmp_path / "site")
    assert "internal dependenc" not in words_of(tmp_path / "site/projects/nw-old-sdk.html")
    assert "internal dependenc" not in words_of(tmp_path / "site/projects/broken.html")
    assert "internal dependenc" in words_of(tmp_path / "site/projects/nw-core.html")


def test_a_library_with_deployment_files_is_named_where_no_application_is(tmp_path: Path) -> None:
    image = samples.declaration("runs-on", file="Dockerfile", versions=["3.11"])
    deployed = samples.project("deployed", ["3.11"])
    deployed["declarations"].append(image)
    some = [deployed, samples.project("plain", ["3.11"])]
    build(samples.read(some), None, None, output=tmp_path / "site")
    text = words_of(tmp_path / "site/runtimes.html")
    assert "No project of this fleet is an application." in text
    assert "1 other project has deployment files that name a Python: deployed." in text
    build(samples.read(some[1:]), None, None, output=tmp_path / "site")
    assert "deployment files" not in words_of(tmp_path / "site/runtimes.html")


def requiring(unknown: str | None, **packages: list[str]) -> dict[str, Any]:
    """What a project's files say, each line in its metadata."""
    return {
        "unknown": unknown,
        "packages": {
            name: [{"written": text, "file": "pyproject.toml", "line": 9, "use": use}]
            for name, (text, use) in packages.items()
        },
    }


def test_the_page_of_a_package_has_the_floors_that_projects_declare(tmp_path: Path) -> None:
    read = judged(samples.read())
    first, second, third, *rest = read["projects"]
    verdicts = first["dependencies"]
    for verdict in verdicts["pythons"].values():
        verdict["picks"] = [
            *verdict["picks"],
            verdicts["pythons"]["3.13"]["picks"][0] | {"package": "six"},
        ]
    nobody: dict[str, Any] = {
        "error": "uv is not there",
        "reason": None,
        "pythons": {},
        "floors": None,
    }
    first = first | {
        "requirements": requiring(None, numpy=["numpy>=1.24", "run"], mock=["mock>=5", "extra"])
    }
    second = second | {
        "dependencies": nobody,
        "requirements": requiring("setup.py: computed", numpy=["numpy", "run"]),
    }
    third = third | {"requirements": requiring(None, numpy=["numpy>=2", "run"])}
    read = read | {"projects": [first, second, third, *rest]}
    build(read, None, None, output=tmp_path / "site")
    numpy = json.loads((tmp_path / "site/dependencies/numpy.json").read_bytes())
    said = {one["name"]: (one["requires"], one["requires_unknown"]) for one in numpy["projects"]}
    place = {"place": "pyproject.toml:9", "use": "run"}
    assert said == {
        first["name"]: ([{"written": "numpy>=1.24"} | place], None),
        # Whose requirements nobody could resolve uses it all the same.
        second["name"]: ([{"written": "numpy"} | place], "setup.py: computed"),
    }
    text = words_of(tmp_path / "site/dependencies/numpy.html")
    assert "2 projects of this fleet use it" in text
    assert "numpy>=1.24pyproject.toml:9" in text
    assert "perhaps moresetup.py: computed not known" in text
    six = words_of(tmp_path / "site/dependencies/six.html")
    assert "not in metadata or requirements files" in six
    assert not (tmp_path / "site/dependencies/mock.html").exists()
