"""The work of a scan grows with the length of a file, whatever the file is; counted, not timed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from pylife.source.interpreter import host
from pylife.source.runner import Job
from pylife.source.runner import scan as scan_all
from pylife.source.scanner.scan import scan
from pylife.source.scanner.uses import FileResult
from tests.source import hard

APART = host()._replace(host=False)
"""The host as if it were another: always scans in processes of their own."""


def worked(source: str) -> tuple[int, FileResult]:
    """How many calls of Python functions a scan takes, and what it says."""
    calls = 0

    def count(frame: FrameType, event: str, given: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = scan(source.encode(), "hard.py")
    finally:
        sys.setprofile(before)
    return calls, found


@pytest.mark.parametrize("kind", hard.GROWING)
def test_twice_as_long_is_twice_the_work(kind: str) -> None:
    make = hard.GROWING[kind]
    scan(make(150).encode(), "once.py")  # what is known for all files is found out here
    calls = []
    for length in (150, 300, 600):
        count, found = worked(make(length))
        assert not found.unparsed
        calls.append(count)
    first, second, third = calls
    assert third - second <= 2.5 * (second - first), calls


@pytest.mark.parametrize("kind", hard.DEEP)
def test_what_holds_itself_is_looked_at_to_its_end(kind: str) -> None:
    calls, found = worked(hard.DEEP[kind])
    assert not found.unparsed
    assert calls < 400_000
    if "import imp" in hard.DEEP[kind]:
        assert [use.what for use in found.uses if use.what == "imp"]


@pytest.mark.parametrize("kind", hard.ENTANGLED)
def test_what_takes_too_much_work_is_said_to_be_so(kind: str) -> None:
    found = scan(hard.ENTANGLED[kind].encode(), "hard.py")
    assert found.unparsed == "its conditions would take too much work to follow"
    assert not found.uses


def test_hard_files_keep_no_other_waiting(tmp_path: Path) -> None:
    """All at once, as `pylife source` has them scanned: with its own limits of time."""
    lengths: dict[Callable[[int], str], int] = dict.fromkeys(hard.LONG.values(), 30_000)
    texts = [make(length).encode("latin-1") for make, length in lengths.items()]
    texts += [
        b"x = 1\n" + b"\n" * 10_000_000,
        b"x = '" + b"a" * 10_000_000 + b"'\n",
        b"x = " + b"(" * 10_000 + b")" * 10_000 + b"\n",
        b"x = " + b"-" * 10_000 + b"1\n",
        b"x = a" + b".b" * 10_000 + b"\n",
        b"import tomllib\0\n",
        b"\xff\xfe" + "import tomllib\n".encode("utf-16-le"),
        b"# coding: no-such\nimport tomllib\n",
        b"\xef\xbb\xbfimport tomllib\n",
    ]
    for number, text in enumerate(texts):
        (tmp_path / f"{number:02}.py").write_bytes(text)
    jobs = [Job(path.name, str(path), path.stat().st_size) for path in sorted(tmp_path.iterdir())]
    answers = list(scan_all(jobs, APART, processes=2))
    assert sorted(answer.job.path for answer in answers) == [job.path for job in jobs]
    assert [answer.failed for answer in answers if answer.failed] == []
