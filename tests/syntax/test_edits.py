import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.model import Edit, Span
from pylife.syntax import edits
from pylife.syntax.text import Source

STYLES = {
    "toml block": ('x = [\n    "{}",\n', '    "{}",\n', "]\n"),
    "toml block, no trailing comma": ('x = [\n    "{}"', ',\n    "{}"', "\n]\n"),
    "toml flow": ('x = ["{}"', ', "{}"', "]  # end\n"),
    "yaml block": ("k:\n  - '{}'\n", "  - '{}'\n", "other: 1\n"),
    "yaml flow": ("k: ['{}'", ", '{}'", "]\n"),
}


def build(style: str, values: list[str]) -> tuple[Source, list[Span]]:
    first, following, end = STYLES[style]
    quote = '"' if '"' in first else "'"
    text = first.format(values[0]) + "".join(following.format(v) for v in values[1:]) + end
    spans, at = [], 0
    for value in values:
        start = text.index(f"{quote}{value}{quote}", at)
        at = start + len(value) + 2
        spans.append(Span(start, at))
    return Source("f", text.encode()), spans


@pytest.mark.parametrize("style", STYLES)
@given(count=st.integers(2, 6), data=st.data())
def test_insert_then_remove_gives_the_original_bytes(
    style: str, count: int, data: st.DataObject
) -> None:
    values = [f"3.{number}" for number in range(count)]
    position = data.draw(st.integers(0, count - 1))
    source, spans = build(style, values)
    quote = source.data[spans[0].start : spans[0].start + 1].decode()
    inserted = edits.insert_after(source, spans, position, [f"{quote}new{quote}"])
    longer = edits.apply(source.data, [inserted])
    expected, longer_spans = build(style, [*values[: position + 1], "new", *values[position + 1 :]])
    assert longer == expected.data
    removed = edits.remove(expected, longer_spans, position + 1)
    assert edits.apply(longer, [removed]) == source.data


def test_a_single_element_is_followed_in_style() -> None:
    source = Source("f", b"k:\n  - '3.9'\n")
    edit = edits.insert_after(source, [Span(7, 12)], 0, ["'3.10'"])
    assert edits.apply(source.data, [edit]) == b"k:\n  - '3.9'\n  - '3.10'\n"
    source = Source("f", b'x = ["3.9"]\n')
    edit = edits.insert_after(source, [Span(5, 10)], 0, ['"3.10"'])
    assert edits.apply(source.data, [edit]) == b'x = ["3.9", "3.10"]\n'


def test_comments_between_elements_are_not_copied() -> None:
    data = b'x = [\n    "a",  # first\n    # about b\n    "b",\n]\n'
    spans = [Span(10, 13), Span(data.index(b'"b"'), data.index(b'"b"') + 3)]
    edit = edits.insert_after(Source("f", data), spans, 1, ['"c"'])
    assert edits.apply(data, [edit]) == data.replace(b'"b",\n', b'"b",\n    "c",\n')


def test_overlapping_edits_are_refused() -> None:
    one = Edit(file="f", span=Span(0, 2), text="x")
    other = Edit(file="f", span=Span(1, 3), text="y")
    with pytest.raises(edits.OverlapError):
        edits.apply(b"abcd", [one, other])
    with pytest.raises(edits.OverlapError):
        edits.apply(b"ab", [Edit(file="f", span=Span(1, 9), text="")])


@given(st.permutations(range(4)))
def test_the_order_of_edits_does_not_matter(order: list[int]) -> None:
    made = [Edit(file="f", span=Span(n, n + 1), text=str(n) * n) for n in range(4)]
    assert edits.apply(b"abcd", [made[n] for n in order]) == b"122333"


def test_replacing_keeps_the_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "run.sh"
    target.write_bytes(b"old")
    target.chmod(0o751)
    link = tmp_path / "link"
    link.symlink_to(target)
    edits.replace_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o751
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "run.sh"]


def test_equal_content_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "f"
    target.write_bytes(b"same")
    before = target.stat().st_mtime_ns, target.stat().st_ino
    edits.replace_file(target, b"same")
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == before
