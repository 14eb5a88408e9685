"""Taking a branch: what is cut, what is refused, and the laws that hold for all source."""

import ast
import io
import tokenize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pylife.errors import UnreadableError
from pylife.syntax import edits
from pylife.syntax.branches import CannotCutError, conditions, fallbacks
from pylife.syntax.text import Source

T = "sys.version_info >= (3, 8)"


def taken(
    code: str | bytes, *, always: bool = True, places: int = 99, whole: bool = False
) -> bytes:
    """What is left when all is taken that can be.

    Raises CannotCutError where nothing can; if all is wanted `whole`, where something cannot.
    """
    data = before = code if isinstance(code, bytes) else code.encode()
    try:
        while made := conditions(Source("a.py", data), T, always=always, places=places):
            data = edits.apply(data, made)
    except CannotCutError:
        if whole or data is before:
            raise
    return data


def tried(code: str, *, places: int = 99) -> str:
    data = code.encode()
    return edits.apply(data, fallbacks(Source("a.py", data), "tomli", places=places)).decode()


def lines(*text: str) -> str:
    return "".join(f"{line}\n" for line in text)


@pytest.mark.parametrize(
    ("before", "always", "never"),
    [
        pytest.param(
            lines(f"if {T}:", "    a", "    # stays", "else:", "    b", "    # goes", "", "z"),
            lines("a", "# stays", "", "z"),
            lines("b", "# goes", "", "z"),
            id="else",
        ),
        pytest.param(
            lines("q", "", "", f"if {T}:", "    a", "", "", "z"),
            lines("q", "", "", "a", "", "", "z"),
            lines("q", "", "", "z"),
            id="blank lines do not add up",
        ),
        pytest.param(
            lines("class C:", f"    if {T}:", "        a = 1"),
            lines("class C:", "    a = 1"),
            lines("class C:", "    pass"),
            id="the only statement",
        ),
        pytest.param(
            lines(f"if {T}:", "    a", "elif x:", "    b", "else:", "    c"),
            lines("a"),
            lines("if x:", "    b", "else:", "    c"),
            id="before elif",
        ),
        pytest.param(
            lines("if x:", "    a", f"elif {T}:", "    b", "else:", "    c"),
            lines("if x:", "    a", "else:", "    b"),
            lines("if x:", "    a", "else:", "    c"),
            id="elif",
        ),
        pytest.param(
            lines("if x:", "    a", f"elif {T}:", "    b", "z"),
            lines("if x:", "    a", "else:", "    b", "z"),
            lines("if x:", "    a", "z"),
            id="elif without else",
        ),
        pytest.param(
            lines("if x:", "    a", "else:", f"    if {T}:", "        b"),
            lines("if x:", "    a", "else:", "    b"),
            lines("if x:", "    a", "else:", "    pass"),
            id="an if in else is no elif",
        ),
        pytest.param(
            lines(f"if {T}: a; b  # stays", "else: c"),
            lines("a; b  # stays"),
            lines("c"),
            id="on one line",
        ),
        pytest.param(
            lines(f"if {T}:  # since 2019", "    a", "else:  # old", "    b"),
            lines("# since 2019", "a"),
            lines("# old", "b"),
            id="a comment on the header stays",
        ),
        pytest.param(
            lines(f"if {T}:  # pragma: no cover", "    a", "else:  # pragma: no cover", "    b"),
            lines("a"),
            lines("b"),
            id="a comment to a tool goes",
        ),
        pytest.param(
            lines("def f():", f"    if {T}:", "        a = '''x", "    y", "        '''", "    z"),
            lines("def f():", "    a = '''x", "    y", "        '''", "    z"),
            lines("def f():", "    z"),
            id="strings over several lines",
        ),
        pytest.param(
            lines(f"if {T}:", "    a = f'''x", "    {y}", "    '''", "    call(", "  b)", "z"),
            lines("a = f'''x", "    {y}", "    '''", "call(", "  b)", "z"),
            lines("z"),
            id="f-strings and hanging brackets",
        ),
        pytest.param(
            lines(f"if ({T}):", "    @d", "    def f(): pass", "else:", "    @e", "    class C: pass"),
            lines("@d", "def f(): pass"),
            lines("@e", "class C: pass"),
            id="decorators",
        ),
        pytest.param(
            lines(f"a = (1) if {T} else (2)", f"b = [1 if ({T}) else f(3) for _ in x]"),
            lines("a = (1)", "b = [1 for _ in x]"),
            lines("a = (2)", "b = [f(3) for _ in x]"),
            id="ternaries",
        ),
        pytest.param(
            lines("a = (", "    one", f"    if {T}", "    else two", ")"),
            lines("a = (", "    one", ")"),
            lines("a = (", "    two", ")"),
            id="a ternary over several lines",
        ),
        pytest.param(
            lines(f"if {T}:", f"    if {T}:", "        a", "    b"),
            lines("a", "b"),
            "",
            id="in itself",
        ),
        pytest.param(f"if {T}:\n    a", "a", "", id="no newline at the end"),
        pytest.param(
            lines(f"if {T} and x:", "    a", f"while (y or {T}", "       or (z)):", "    b"),
            lines("if x:", "    a", f"while (y or {T}", "       or (z)):", "    b"),
            lines(f"if {T} and x:", "    a", "while (y", "       or (z)):", "    b"),
            id="a part of a condition",
        ),
        pytest.param(
            lines(f"if x and ({T}): a", f"b = (x or y) and {T} and z", f"c = x or {T} or y"),
            lines("if x: a", "b = (x or y) and z", f"c = x or {T} or y"),
            lines(f"if x and ({T}): a", f"b = (x or y) and {T} and z", "c = x or y"),
            id="the last and the middle part",
        ),
    ],
)  # fmt: skip
def test_a_branch_is_taken(before: str, always: str, never: str) -> None:
    assert taken(before).decode() == always
    assert taken(before, always=False).decode() == never


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (lines(f"while {T}:", "    a"), "part of something larger"),
        (lines(f"if {T} or x:", "    a"), "decides a larger condition"),
        (lines(f"a = x and {T}"), "its value is used"),
        (lines("if (x", "    # of old", f"    and {T}): a"), "comment stands inside"),
        (lines(f"if {T}:", "    a", "# of old", "else:", "    b"), "between the branches"),
        (lines("if (  # at least", f"    {T}):", "    a"), "inside the"),
        (lines("a = (1", f"  if {T}", "  # of old", "  else 2)"), "comment stands inside"),
        (lines("def f():", f"    if {T}: a", "    else: global b"), "whose a name is"),
        (lines("def f():", f"    if {T}: a", "    else: yield"), "no generator"),
        (lines("def f():", f"    if {T}: a", "    else: b = 1", "    return b"), "b is bound only"),
        (lines(f"if {T}:", "    'a'"), "docstring"),
        (f"if {T}:\r    a\r", "carriage returns"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_surely_is_refused(before: str, why: str) -> None:
    with pytest.raises(CannotCutError, match=why):
        taken(before)


def test_one_place_that_is_refused_keeps_none_of_the_others() -> None:
    before = lines(f"if {T}: a", "else: b", f"if {T}: c", "# of old", "else: d", f"x = {T}")
    after = lines("a", f"if {T}: c", "# of old", "else: d", f"x = {T}")
    source = Source("a.py", before.encode())
    made = conditions(source, T, always=True, places=2)
    assert edits.apply(source.data, made).decode() == after


def test_a_condition_that_is_not_dead_everywhere_is_refused() -> None:
    with pytest.raises(CannotCutError, match="elsewhere"):
        taken(lines(f"if {T}: a", "def f(sys):", f"    if {T}: b"), places=1)


def test_a_function_may_bind_elsewhere_what_goes() -> None:
    before = lines("def f(b):", f"    if {T}: a = 1", "    else: a = b = 2", "    return a, b")
    assert taken(before).decode() == lines("def f(b):", "    a = 1", "    return a, b")


def test_what_is_not_python_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        taken("if :")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            lines("try:", "    import tomllib", "except ImportError:", "    import tomli as tomllib"),
            lines("import tomllib"),
            id="plain",
        ),
        pytest.param(
            lines(
                "x", "try:  # since 3.11", "    import tomllib  # fast", "    HAS = True",
                "except (ImportError, ModuleNotFoundError) as error:  # pragma: no cover",
                "    import tomli as tomllib  # slow", "    HAS = False", "else:", "    y", "z",
            ),
            lines("x", "# since 3.11", "import tomllib  # fast", "HAS = True", "y", "z"),
            id="with else",
        ),
    ],
)  # fmt: skip
def test_a_fallback_is_removed(before: str, after: str) -> None:
    assert tried(before) == after
    assert tried(after) == after


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (("try: import a", "except Exception: import tomli"), "more than a failing import"),
        (("try: import a", "except: import tomli"), "more than a failing import"),
        (("try: a = call()", "except ImportError: import tomli"), "more than imports"),
        (("try: import a", "except ImportError: import tomli", "finally: b"), "finally"),
        (("try: import a", "except ModuleNotFoundError: import tomli", "except ImportError: b"),
         "more than a failing import"),
        (("if x: import tomli",), "no fallback"),
        (("try: import a", "except ImportError:", "    raise", "    import tomli"), "no fallback"),
        (("try: import a", "except ImportError:", "    try: import tomllib",
          "    except ImportError: c = 1; raise; import tomli"), "no fallback"),
    ],
)  # fmt: skip
def test_other_fallbacks_are_refused(before: tuple[str, ...], why: str) -> None:
    with pytest.raises(CannotCutError, match=why):
        tried(lines(*before))


def test_a_fallback_that_somebody_needs_is_refused() -> None:
    twice = lines("try: import a", "except ImportError: import tomli") * 2
    with pytest.raises(CannotCutError, match="elsewhere"):
        tried(twice, places=1)


# The laws, of source that is made up


class Taking(ast.NodeTransformer):
    """An oracle that knows nothing of text: the tree with the branches taken."""

    def __init__(self, data: bytes, *, always: bool) -> None:
        self._lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        self._always = always
        self.found = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        was = {name: bool(value) for name, value in ast.iter_fields(node)}
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            emptied = getattr(node, name, None) == [] and was.get(name)
            if emptied and not isinstance(node, ast.Module) and id(node) not in self._chained:
                setattr(node, name, [ast.Pass()])
        return node

    _chained: set[int] = set()  # noqa: RUF012 - filled by each

    def visit_If(self, node: ast.If) -> object:
        (*_, last) = [None, *node.orelse]
        if isinstance(last, ast.If) and self._word(last) == "elif":
            self._chained = {*self._chained, id(node)}
        self.generic_visit(node)
        node.test = self._narrowed(node.test)
        if ast.unparse(node.test) != T:
            return node
        self.found += 1
        return node.body if self._always else node.orelse

    def _narrowed(self, test: ast.expr) -> ast.expr:
        if not isinstance(test, ast.BoolOp) or isinstance(test.op, ast.And) is not self._always:
            return test
        left = [part for part in test.values if ast.unparse(part) != T]
        self.found += len(test.values) - len(left)
        return left[0] if len(left) == 1 else ast.BoolOp(test.op, left)

    def visit_IfExp(self, node: ast.IfExp) -> object:
        self.generic_visit(node)
        if ast.unparse(node.test) != T:
            return node
        self.found += 1
        return node.body if self._always else node.orelse

    def _word(self, node: ast.If) -> str:
        return self._lines[node.lineno - 1].encode()[node.col_offset :][:4].decode()


SIMPLE = st.sampled_from([
    ("é = 1",), ("b()  # why",), ("# alone",), ("",), ("c = '''x", "  y", "      z'''"),
    ("d = f'''{b}", "  {c}", "'''",), ("e(", "  1,", "            2)"), ("g = 1 + \\", "  2",),
    (f"h = 1 if {T} else (2)",), (f"i = [(x if ({T}) else y) for x in z]",), ("@b", "def j(): pass"),
    ("'text'",), ("k = ('a'", "'b')"),
])  # fmt: skip
TESTS = st.sampled_from(
    [T, T, f"({T})", "x", "not y", f"x and ({T})", f"{T} or not x", f"(x and {T} and (y or z))"]
)
Lines = tuple[str, ...]


def block(inner: st.SearchStrategy[Lines]) -> st.SearchStrategy[Lines]:
    indented = st.tuples(st.lists(inner, min_size=1, max_size=3), st.sampled_from(["p()", "q = 2"]))

    def body(parts: tuple[list[Lines], str]) -> list[str]:
        return [f"\t{line}" for part in (*parts[0], (parts[1],)) for line in part]

    @st.composite
    def chain(draw: st.DrawFn) -> Lines:
        found = [
            f"if {draw(TESTS)}:{draw(st.sampled_from(['', '  # on it']))}",
            *body(draw(indented)),
        ]
        for _ in range(draw(st.integers(0, 2))):
            found += [f"elif {draw(TESTS)}:", *body(draw(indented))]
        if draw(st.booleans()):
            found += ["else:", *body(draw(indented))]
        return tuple(found)

    heads = st.sampled_from(["def f():", "class C:", "while x:", "with a:", "for b in c:"])
    under = st.builds(lambda head, parts: (head, *body(parts)), heads, indented)
    return chain() | chain() | under


CODE = st.lists(st.recursive(SIMPLE, block, max_leaves=12), min_size=1, max_size=6)


def written(parts: list[Lines], unit: str, end: str) -> str:
    """The source, its indents of `unit`; inside strings a tab is a tab."""
    text = "".join(f"{line}\n" for part in parts for line in part)
    return text.replace("\t", unit).replace("\n", end)


@settings(max_examples=150, deadline=None)
@given(
    CODE, st.sampled_from(["    ", "\t", "  "]), st.sampled_from(["\n", "\r\n"]), st.booleans(),
    st.sampled_from(["", "utf-8-sig", "latin-1"]),
)  # fmt: skip
def test_what_comes_out_is_the_tree_with_the_branch_taken(
    parts: list[Lines],
    unit: str,
    end: str,
    always: bool,
    encoding: str,
) -> None:
    text = written(parts, unit, end)
    if encoding == "latin-1":
        text = f"# coding: latin-1{end}{text}"
    data = text.encode(encoding or "utf-8")
    oracle = Taking(text.encode(), always=always)
    tree = ast.parse(data)
    wanted = ast.dump(oracle.visit(tree))
    try:
        after = taken(data, always=always, whole=True)
    except CannotCutError:
        assume(False)
        return
    assert ast.dump(ast.parse(after)) == wanted
    assert (after == data) == (not oracle.found)
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert (b"\n" in after.replace(b"\r\n", b"")) == (b"\n" in data.replace(b"\r\n", b"")) or (
        b"\n" not in after
    )
    assert taken(after, always=always) == after
    _kept_bytes(data, after, encoding or "utf-8")


def _kept_bytes(before: bytes, after: bytes, encoding: str) -> None:
    """What is left of a line is what was there, with parts cut out: nothing is written anew."""
    had = before.decode(encoding).split("\n")
    for line in after.decode(encoding).split("\n"):
        if line.strip() not in {"pass", "else:"}:
            assert any(_is_cut_from(line.strip(), other) for other in had), line


def _is_cut_from(line: str, other: str) -> bool:
    left = iter(other)
    return all(char in left for char in line)


@settings(max_examples=80, deadline=None)
@given(CODE, st.booleans())
def test_comments_that_are_not_in_what_goes_stay(parts: list[Lines], always: bool) -> None:
    data = written(parts, "    ", "\n").encode()
    try:
        after = taken(data, always=always)
    except CannotCutError:
        return
    left = _comments(data)
    for comment in _comments(after):
        left.remove(comment)  # none is new
    if after == data:
        assert not left


def _comments(data: bytes) -> list[str]:
    return [
        token.string
        for token in tokenize.tokenize(io.BytesIO(data).readline)
        if token.type == tokenize.COMMENT
    ]
