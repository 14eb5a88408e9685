"""That answers are pip's in the end, whatever was asked before, and at what cost."""

import threading
from pathlib import Path

from pylife.dependencies.records import Broken, Index, Indexes, Solved, Unsolved
from tests.dependencies.resolve.asked import IMPATIENT, asking, on, picks, world
from tests.dependencies.served import Dist, Projects, Status, serve

CAPPED: Projects = {
    "one": [
        Dist("1.0"),
        Dist("2.0", requires_python="<3.13"),
        Dist("3.0", requires_python="<3.13"),
    ],
    "two": [Dist("1.0", requires=("one",))],
    "three": [Dist("1.0", requires=("one>=2",)), Dist("0.5", requires=("one",))],
}


def test_what_is_known_saves_rounds_and_changes_nothing(tmp_path: Path) -> None:
    with world(tmp_path, CAPPED) as asked:
        first = asked.resolver.resolve(asked.demand("three"), on("3.13"))
        again = asked.resolver.resolve(asked.demand("three"), on("3.13"))
        other = asked.resolver.resolve(asked.demand("two"), on("3.13"))
        plain = asked.resolver.resolve(asked.demand("two"), on("3.12"))
    assert first.rounds == 2
    assert again.rounds == other.rounds == plain.rounds == 1
    assert first.answer == again.answer
    assert picks(first.answer) == {"one": "1.0", "three": "0.5"}
    assert picks(other.answer) == {"one": "1.0", "two": "1.0"}
    assert picks(plain.answer) == {"one": "3.0", "two": "1.0"}
    with world(tmp_path, CAPPED) as asked:
        assert asked.resolver(asked.demand("two"), on("3.13")) == other.answer


def test_a_release_that_was_only_tried_counts(tmp_path: Path) -> None:
    """uv gives up the newest `two` for one that excludes this Python, and never comes back."""
    projects: Projects = {
        "one": [Dist("1.0"), Dist("2.0", requires=("two<2",), requires_python="<3.13")],
        "two": [Dist("1.0", requires=("one<2",)), Dist("2.0")],
    }
    with world(tmp_path, projects) as asked:
        alone = asked.resolver.alone(asked.demand("one", "two"), on("3.13"))
        answer = asked.resolver(asked.demand("one", "two"), on("3.13"))
    assert isinstance(alone, Solved)
    assert picks(answer) == {"one": "1.0", "two": "2.0"}


def test_free_threaded_builds_take_their_own_wheels(tmp_path: Path) -> None:
    linux = "manylinux_2_17_x86_64"
    projects: Projects = {
        "one": [
            Dist("1.0"),
            Dist("2.0", f"cp313-cp313t-{linux}"),
            Dist("2.0", f"cp313-cp313-{linux}"),
            Dist("3.0", f"cp313-cp313-{linux}"),
            Dist("4.0", f"cp39-abi3-{linux}"),
        ],
        "two": [Dist("1.0", f"cp313-cp313-{linux}"), Dist("1.0", "sdist")],
    }
    with world(tmp_path, projects) as asked:
        one, two = asked.demand("one"), asked.demand("two")
        assert picks(asked.resolver(one, on("3.13"))) == {"one": "4.0"}
        assert picks(asked.resolver(one, on("3.13t"))) == {"one": "2.0"}
        assert isinstance(asked.resolver(two, on("3.13t")), Unsolved)
        assert picks(asked.resolver(two, on("3.13t"), build=True)) == {"two": "1.0"}


def test_a_platform_that_uv_does_not_know_as_exactly(tmp_path: Path) -> None:
    """The oldest C library that uv knows of is 2.17."""
    projects: Projects = {
        "one": [
            Dist("1.0", "cp313-cp313-manylinux_2_12_x86_64"),
            Dist("2.0", "cp313-cp313-manylinux_2_17_x86_64"),
        ],
        "two": [Dist("1.0", "cp313-cp313-manylinux_2_17_x86_64"), Dist("0.5", "sdist")],
    }
    with world(tmp_path, projects) as asked:
        new, old = (on("3.13", f"linux-x86_64-glibc-{each}") for each in ("2.17", "2.12"))
        assert picks(asked.resolver(asked.demand("one"), new)) == {"one": "2.0"}
        assert picks(asked.resolver(asked.demand("one"), old)) == {"one": "1.0"}
        assert isinstance(asked.resolver(asked.demand("two"), old), Unsolved)


def test_a_prerelease_is_no_way_out_of_a_conflict(tmp_path: Path) -> None:
    """uv takes one where the final releases that would do are in conflict; pip does not."""
    projects: Projects = {
        "one": [Dist("1.0", requires=("two>=2",)), Dist("0.5rc1", requires=("two",))],
        "two": [Dist("1.0")],
    }
    with world(tmp_path, projects) as asked:
        assert isinstance(asked.resolver.alone(asked.demand("one"), on()), Solved)
        assert isinstance(asked.resolver(asked.demand("one"), on()), Unsolved)
        allowed = asked.demand("one", prereleases=("one",))
        assert picks(asked.resolver(allowed, on())) == {"one": "0.5rc1", "two": "1.0"}
        allowed = asked.demand("one", any_prerelease=True)
        assert picks(asked.resolver(allowed, on())) == {"one": "0.5rc1", "two": "1.0"}


def test_where_it_is_not_known_what_is_published_there_is_no_verdict(tmp_path: Path) -> None:
    with serve(CAPPED) as index:
        asked = asking(tmp_path, Indexes((Index(index.url),)), surroundings=IMPATIENT)
        assert isinstance(asked.resolver(asked.demand("two"), on("3.12")), Solved)
        # uv has the page in its cache, but nobody else can see what it was.
        index.faults["one"] = Status(500)
        blind = asking(tmp_path, Indexes((Index(index.url),)), surroundings=IMPATIENT)
        answer = blind.resolver(blind.demand("two"), on("3.12"))
    assert isinstance(answer, Broken)
    assert "what is published of one is not known" in answer.reason


def test_many_threads_get_the_same(tmp_path: Path) -> None:
    found: list[object] = []
    with world(tmp_path, CAPPED) as asked:

        def ask(name: str) -> None:
            found.append((name, asked.resolver(asked.demand(name), on("3.13"))))

        threads = [threading.Thread(target=ask, args=(name,)) for name in ("two", "three") * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 8
    assert len(set(found)) == 2
