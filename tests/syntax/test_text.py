import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.errors import UnreadableError
from pylife.syntax import text


@given(st.text(st.characters(exclude_characters="\0"), max_size=60), st.booleans(), st.data())
def test_offsets_go_there_and_back(content: str, bom: bool, data: st.DataObject) -> None:
    if content.startswith("\ufeff"):
        content = content[1:]
    encoded = content.encode("utf-8", "surrogatepass")
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return
    source = text.Source("f", (b"\xef\xbb\xbf" if bom else b"") + encoded)
    index = data.draw(st.integers(0, len(content)))
    assert source.index(source.byte(index)) == index
    line, column = source.position(source.byte(index))
    assert source.line_starts[line - 1] + column - 1 == index


def test_all_kinds_of_line_endings_count() -> None:
    source = text.Source("f", b"a\r\nb\rc\nd")
    assert [source.line(number) for number in range(1, 5)] == ["a", "b", "c", "d"]


def test_what_is_no_plain_small_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "outside").symlink_to("/etc/hosts")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(50_000_000)
    reasons = {
        "dangling": "dangling link",
        "loop": "cannot be read",
        "outside": "leads out of the project",
        "folder": "cannot be read|not a regular",
        "pipe": "not a regular file",
        "large": r"too large to be read \(50 MB; the limit is 8 MB\)",
        "absent": "no such file",
    }
    for name, reason in reasons.items():
        with pytest.raises(UnreadableError, match=reason) as caught:
            text.read(tmp_path, name)
        assert caught.value.path == name


def test_a_link_inside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    assert text.read(tmp_path, "link").data == b"x"
