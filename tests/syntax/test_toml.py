import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.errors import UnreadableError
from pylife.syntax import toml
from pylife.syntax.text import Source

VALUES = st.one_of(
    st.text(
        st.characters(codec="utf-8", exclude_characters='"\\\r\n', exclude_categories=["Cc", "Cs"])
    ),
    st.integers(-1000, 1000),
    st.booleans(),
)


def spell(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@given(
    st.lists(VALUES, min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_every_value_slices_exactly(values: list[object], newline: str, bom: bool) -> None:
    lines = ["# é", "[tool.x]", f"list = [{', '.join(map(spell, values))}]"]
    lines += [f"k{number} = {spell(value)}  # ü" for number, value in enumerate(values)]
    data = (b"\xef\xbb\xbf" if bom else b"") + newline.join(lines).encode()
    document = toml.parse(Source("f.toml", data))
    for number, value in enumerate(values):
        for path in (("tool", "x", f"k{number}"), ("tool", "x", "list", number)):
            node = document.node(*path)
            assert node is not None
            assert node.value == value
            assert data[node.span.start : node.span.end].decode() == spell(value)
            if isinstance(value, str):
                assert node.inner is not None
                assert data[node.inner.start : node.inner.end].decode() == value


def test_a_value_that_is_not_its_text_has_no_inner_span() -> None:
    document = toml.parse(Source("f.toml", b'a = "x\\u0041"\nb = """y\nz"""\n'))
    node = document.node("a")
    assert node is not None
    assert node.value == "xA"
    assert node.inner is None
    many = document.node("b")
    assert many is not None
    assert many.inner is None


def test_tables_named_like_the_parsers_own_keys() -> None:
    source = Source(
        "f.toml", b'[value]\nvalue_raw = "1"\nkey = "2"\n[value.key_line]\nvalue = [3]\n'
    )
    document = toml.parse(source)
    assert document.get("value", "value_raw") == "1"
    node = document.node("value", "key")
    assert node is not None
    assert node.raw == '"2"'
    inner = document.node("value", "key_line", "value", 0)
    assert inner is not None
    assert inner.value == 3


def test_lines_of_keys_and_tables() -> None:
    document = toml.parse(Source("f.toml", b"# c\n\n[a]\nb = 1\n[[c]]\nd = 2\n"))
    assert document.line("a", "b") == 4
    assert document.line("a") == 4  # the first line inside the table
    assert document.line("c", 0, "d") == 6
    assert document.line("c", 0, "unknown") == 5


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a = 1\nb = [", 2), (b"a = 1\na = 2\n", 2), (b"\x00", 1), (b"x" * 10, 1)],
)
def test_what_is_not_toml_names_its_line(data: bytes, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        toml.parse(Source("f.toml", data))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"f.toml:{line}")


def test_another_encoding_names_the_line_of_the_first_bad_byte() -> None:
    with pytest.raises(UnreadableError, match="UTF-8") as caught:
        toml.parse(Source("f.toml", 'a = 1\nb = "é"\n'.encode("latin-1")))
    assert caught.value.line == 2


def test_toml_1_1_is_read_alike_on_every_host() -> None:
    document = toml.parse(Source("f.toml", b"a = {\n  b = 1,\n}\n"))
    assert document.get("a", "b") == 1


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    with pytest.raises(UnreadableError):
        toml.parse(Source("f.toml", b"a = " + b"[" * 100_000))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + '["]", ' * 5000,
        "a = " + "{a = " * 5000 + "1" + "}" * 5000,
        "a" + ".a" * 5000 + " = 1",
        "[a" + ". a" * 5000 + "]\nx = 1",
        "[a" + '."a"' * 5000 + "]\nx = 1",
    ],
    ids=["array", "array with brackets in strings", "table", "key", "header", "quoted header"],
)
def test_what_would_overflow_the_parsers_stack_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="nested deeper"):
        toml.parse(Source("f.toml", text.encode()))


def test_many_shallow_values_are_no_depth() -> None:
    text = "a = [" + "[], " * 5000 + "]\n" + "".join(f"[t{n}]\nx = ['[']\n" for n in range(500))
    assert len(toml.parse(Source("f.toml", text.encode())).get("a")) == 5000
