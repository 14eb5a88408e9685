"""The pictures of the docs: one of each kind of page, or words why there are none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pylife import site
from tests.conftest import ROOT
from tests.site import site_samples as samples

TOOL = ROOT / "tools" / "screenshots.py"


def ran(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, TOOL, *arguments],
        capture_output=True, text=True, check=False, env={**variables, "HOME": "/nonexistent"},
    )  # fmt: skip


def test_without_chromium_it_says_so(tmp_path: Path) -> None:
    done = ran("--output", str(tmp_path), f"a={tmp_path}", PATH="")
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    assert done.stdout.startswith("no pictures were made: ")


def test_each_kind_of_page_has_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        pytest.skip("no Chromium on this machine")
    path = "/usr/bin:/usr/local/bin:/bin"
    made = tmp_path / "site"
    refused = ran("--output", str(tmp_path / "out"), f"a={tmp_path}", PATH=path)
    assert refused.returncode == 2
    assert "is no report site" in refused.stderr
    site.build(samples.read(), samples.run(), samples.upgrade(), output=made)
    done = ran("--output", str(tmp_path / "out"), f"small={made}", PATH=path)
    assert done.returncode == 0, done.stderr
    found = {file.stem: file.read_bytes() for file in (tmp_path / "out" / "small").iterdir()}
    told = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    kinds = {name for name in found if f"screenshots/platform/{name}.png" in told}
    assert set(found) - {"dependency"} <= kinds
    assert all(data.startswith(b"\x89PNG") and len(data) < 400_000 for data in found.values())
