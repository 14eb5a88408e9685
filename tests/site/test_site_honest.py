"""No page says more than what was read: dates, waves, and what is deployed."""

from pathlib import Path

import pytest

from pylife.site import build
from tests.site import site_samples as samples
from tests.site.site_html import parse


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
