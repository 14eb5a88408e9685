"""From the scanner's bits to what the rules speak of."""

from pylife.model import PythonVersion, Scope
from pylife.source.facts import Import, Place
from pylife.source.gather import gather
from pylife.source.ignores import find
from pylife.source.results import FileResult, Found, Guard, Imported, Use

V = PythonVersion.parse
VERSIONS = [(3, 8), (3, 9), (3, 10)]


def test_bits_become_pythons_and_places_have_their_file() -> None:
    (comment,) = find(b"x = 1\ny = 2  # pylife: ignore[SRC601] why\n")
    found = Found(
        uses=(
            Use(3, 7, "m.x", "attribute", 0b111, 0b011, added=(3, 10), removal=(3, 16),
                instead="m.y", note="since 3.9.2", unless=("z",)),
        ),
        imports=(Imported("tomli", 4, 0b001, guarded=True),),
        guards=(Guard(5, 1, 10, 20, 0b110, 0b001),),
        ignores=(comment,),
    )  # fmt: skip
    broken = FileResult("tests/b.py", Scope.TESTS, Found(unparsed="invalid syntax"))
    made = gather(
        [FileResult("pkg/a.py", Scope.PACKAGE, found), broken], versions=VERSIONS, parser=(3, 15)
    )
    assert made.scanned == {V("3.8"), V("3.9"), V("3.10")}
    assert (made.parser, made.files) == (V("3.15"), 2)
    (use,) = made.uses
    assert use.at == Place("pkg/a.py", Scope.PACKAGE, 3, 7)
    assert use.reached == made.scanned
    assert use.fails_on == {V("3.8"), V("3.9")}
    assert (use.added, use.removed, use.removal) == (V("3.10"), None, V("3.16"))
    assert (use.instead, use.note, use.unless) == ("m.y", "since 3.9.2", ("z",))
    assert made.imports == (
        Import(Place("pkg/a.py", Scope.PACKAGE, 4), "tomli", (), frozenset({V("3.8")}), True),
    )
    (guard,) = made.guards
    assert guard.true == {V("3.9"), V("3.10")}
    assert guard.false == {V("3.8")}
    (unparsed,) = made.unparsed
    assert (unparsed.at.file, unparsed.at.scope) == ("tests/b.py", Scope.TESTS)
    assert unparsed.reason == "invalid syntax"
    assert [(item.at.line, item.comment.codes) for item in made.ignores] == [(2, ("SRC601",))]
