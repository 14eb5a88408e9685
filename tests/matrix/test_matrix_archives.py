"""What travels to other machines: archives of trees, blobs by content, answers on a disk."""

import os
import tarfile
import time
from pathlib import Path

import pytest

from pylife.matrix import tree
from pylife.matrix.archives import Blobs, unpack
from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors import dask_worker
from pylife.matrix.executors.dask_spool import Spool
from pylife.model import Cell, CellStatus, PythonVersion
from tests.matrix.matrix_help import HERE

CELL = Cell(
    project="p", python=HERE, session="tests", status=CellStatus.FAILED, reason="no",
    seconds=1.5, log="logs/p/x.log", key="ab", counts={"failed": 1}, failure="T: no", hints=("h",),
)  # fmt: skip


def made(base: Path) -> Path:
    folder = base / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_text("x = 1\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("src/a.py")
    (folder / "empty").mkdir()
    return folder


def test_a_tree_comes_back_as_it_was(tmp_path: Path) -> None:
    folder, blobs = made(tmp_path), Blobs(tmp_path / "blobs")
    archive = blobs.find(blobs.pack(folder))
    assert archive is not None
    unpack(archive, tmp_path / "back")
    assert tree.digest(tmp_path / "back") == tree.digest(folder)
    assert (tmp_path / "back" / "link").readlink() == Path("src/a.py")
    assert os.access(tmp_path / "back" / "run.sh", os.X_OK)
    assert (tmp_path / "back" / "empty").is_dir()


def test_the_same_tree_is_the_same_archive_whenever_and_wherever(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    first = blobs.pack(made(tmp_path / "one"))
    other = made(tmp_path / "two")
    (other / "src" / "a.py").chmod(0o600)
    os.utime(other / "src" / "a.py", (1, 1))
    assert blobs.pack(other) == first
    (other / "src" / "a.py").write_text("x = 2\n")
    assert blobs.pack(other) != first
    (other / "src" / "a.py").write_text("x = 1\n")
    (other / "src" / "a.py").chmod(0o755)
    assert blobs.pack(other) != first


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "a/../../outside", "link/outside"])
def test_nothing_is_unpacked_outside(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(ValueError, match="has no place in the archive"):
        unpack(tmp_path / "evil.tar", tmp_path / "inside")
    assert not list(tmp_path.rglob("outside"))


def test_only_what_is_source_is_unpacked(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "odd.tar", "w") as archive:
        pipe = tarfile.TarInfo("pipe")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    with pytest.raises(ValueError, match="neither file, folder nor link"):
        unpack(tmp_path / "odd.tar", tmp_path / "inside")
    (tmp_path / "no.tar").write_bytes(b"x" * 600)
    with pytest.raises(ValueError, match="cannot be unpacked"):
        unpack(tmp_path / "no.tar", tmp_path / "other")


def test_what_arrives_in_pieces_is_believed_by_its_digest(tmp_path: Path) -> None:
    sender, receiver = Blobs(tmp_path / "a"), Blobs(tmp_path / "b")
    digest = sender.pack(made(tmp_path))
    data = (tmp_path / "a" / digest).read_bytes()
    assert receiver.find(digest) is None
    assert not receiver.receive(digest, "s", 0, data[:100], last=False)
    with pytest.raises(ValueError, match="a piece is missing"):
        receiver.receive(digest, "s", 500, data[500:], last=True)
    # A piece that comes again replaces what came after it.
    assert not receiver.receive(digest, "s", 50, data[50:200], last=False)
    assert receiver.receive(digest, "s", 200, data[200:], last=True)
    assert receiver.find(digest) is not None
    with pytest.raises(ValueError, match="is not what was sent"):
        receiver.receive("0" * 64, "t", 0, data, last=True)
    (tmp_path / "b" / digest).write_bytes(data[:-1])
    assert receiver.find(digest) is None
    assert not (tmp_path / "b" / digest).exists()


def test_blobs_that_nobody_uses_are_removed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")
    old, new = blobs.add(tmp_path / "old"), blobs.add(tmp_path / "new")
    long_ago = time.time() - 10 * 86400
    for digest in (old, new):
        os.utime(tmp_path / "blobs" / digest, (long_ago, long_ago))
    assert blobs.find(new) is not None
    blobs.prune(5)
    assert blobs.find(old) is None
    assert blobs.find(new) is not None


@pytest.mark.parametrize(
    "answer",
    [
        wire.Ended(CELL, b"log\n"),
        wire.Ended(CELL, None),
        wire.Ended(CELL, b""),
        wire.WheelBuilt("wheelhouse/a/any/b.whl", b"PK"),
        wire.NotBuilt("no compiler"),
        wire.Missing("tcp://a", ("b", "c")),
        wire.Refused("tcp://a", "no"),
        wire.Stopped(),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_answers_come_back_as_they_were(answer: wire.Answer) -> None:
    assert wire.opened(wire.packet(answer)) == answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind": "Ended", "fields": {"schema": "other"}}',
        '{"kind": "Evil", "fields": []}',
        '{"kind": "Missing", "fields": []}',
    ],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no answer|Expecting"):
        wire.opened(wire.Packet(text, b""))


def test_an_answer_is_kept_for_its_run_until_that_is_over(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    packet = wire.packet(wire.Ended(CELL, b"a\nb\0\n"))
    spool.put("01", "ab", packet)
    assert spool.get("01", "ab") == packet
    assert spool.get("02", "ab") is None
    (tmp_path / "spool" / "01" / "cd").write_bytes(b"{}\n")
    assert spool.get("01", "cd") is None
    spool.put("../..", "ab", packet)
    assert not list(tmp_path.glob("ab"))
    spool.forget("01")
    assert spool.get("01", "ab") is None


def test_what_a_machine_declares() -> None:
    pythons = [PythonVersion.parse(text) for text in ("3.13", "3.13t", "3.9")]
    declared = dask_worker.resources(pythons, 4, 2048)
    assert dask_worker.line(declared) == "python3.9=4 python3.13=4 python3.13t=4 memory=2048"
    command = dask_worker.command("tcp://a:1", 4, declared, ["--name", "x"])
    assert command[3] == "tcp://a:1"
    assert command[-2:] == ["--name", "x"]
    assert command[command.index("--resources") + 1] == dask_worker.line(declared)
    file = dask_worker.command("/shared/scheduler.json", 1, {})
    assert file[3:5] == ["--scheduler-file", "/shared/scheduler.json"]
