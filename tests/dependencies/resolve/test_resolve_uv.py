"""What uv is asked, in which environment, and how its answers are read."""

import contextlib
import datetime as dt
import os
import sys
import time
from pathlib import Path

import pytest

from pylife.dependencies.records import (
    Broken,
    Demand,
    Index,
    Indexes,
    Pick,
    Solved,
    Strategy,
    Unsolved,
)
from pylife.dependencies.resolve import binary, environment
from pylife.errors import UsageError
from tests.dependencies.resolve.asked import HERE, IMPATIENT, World, asking, on, picks, world
from tests.dependencies.served import Dist, Projects, Stall, Status, serve, write_flat

SMALL: Projects = {
    "one": [Dist("1.0"), Dist("2.0", requires=("two>=1,!=1.5", "three; extra == 'more'"))],
    "two": [Dist("1.0"), Dist("1.5"), Dist("1.6")],
    "three": [Dist("1.0", requires=("two<1.6",))],
}


def test_an_answer_tells_who_asks_for_what(tmp_path: Path) -> None:
    with world(tmp_path, SMALL) as asked:
        demand = asked.demand("One[more]>=2", "two", constraints=("two<9",))
        answer = asked.uv.ask(demand, on()).answer
    assert answer == Solved(
        (
            Pick("one", "2.0", ("",), (">=2",)),
            Pick("three", "1.0", ("one",)),
            Pick("two", "1.0", ("", "one", "three"), ("<1.6", "<9", ">=1,!=1.5")),
        )
    )


def test_the_log_tells_what_was_tried(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [Dist("1.0"), Dist("2.0", requires=("two>=3",))],
        "two": [Dist("1.0")],
    }
    with world(tmp_path, projects) as asked:
        trace = asked.uv.ask(asked.demand("one"), on()).trace
    assert trace.selected == (("one", "2.0"), ("one", "1.0"))
    assert trace.wishes == {("", ""): (("one", "*"),), ("one", "2.0"): (("two", ">=3"),)}
    assert ("two", ">=3") in trace.failed
    assert trace.names == ("one", "two")


def test_constraints_overrides_and_excludes_are_uvs(tmp_path: Path) -> None:
    with world(tmp_path, SMALL) as asked:

        def answer(**more: tuple[str, ...]) -> object:
            return picks(asked.uv.ask(asked.demand("one", **more), on()).answer)

        assert answer() == {"one": "2.0", "two": "1.6"}
        assert answer(constraints=("two<1.6",)) == {"one": "2.0", "two": "1.0"}
        assert answer(overrides=("two==1.5",)) == {"one": "2.0", "two": "1.5"}
        assert answer(excludes=("two",)) == {"one": "2.0"}


def test_the_lowest_of_what_the_project_requires_itself(tmp_path: Path) -> None:
    with world(tmp_path, SMALL) as asked:
        demand = asked.demand("one>=2", "three")
        assert picks(asked.resolver(demand, on(), bound="lowest-direct")) == {
            "one": "2.0",
            "two": "1.0",
            "three": "1.0",
        }


def test_markers_are_those_of_the_newest_patch_release(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [Dist("1.0", requires=("two; python_full_version < '3.12.4'",))],
        "two": [Dist("1.0")],
    }
    with world(tmp_path, projects) as asked:
        demand = asked.demand("one")
        assert picks(asked.resolver(demand, on("3.12"))) == {"one": "1.0"}
        assert picks(asked.resolver(demand, on("3.11"))) == {"one": "1.0", "two": "1.0"}


def test_a_day_in_the_past(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [
            Dist("1.0", uploaded="2024-03-01"),
            Dist("2.0", uploaded="2024-03-02"),
            Dist("3.0", uploaded="2024-03-03"),
        ]
    }
    with world(tmp_path, projects) as asked:
        demand = asked.demand("one", before=dt.date(2024, 3, 2))
        assert picks(asked.resolver(demand, on())) == {"one": "2.0"}


def test_an_index_that_tells_no_days_is_taken_as_it_is_now(tmp_path: Path) -> None:
    projects: Projects = {"one": [Dist("1.0", uploaded=None)]}
    with world(tmp_path, projects) as asked:
        found = asked.resolver.resolve(asked.demand("one", before=dt.date(2024, 3, 2)), on())
    assert picks(found.answer) == {"one": "1.0"}
    assert found.added.undated == {"one"}


def test_sources_are_built_only_where_that_is_allowed(tmp_path: Path) -> None:
    projects: Projects = {
        "one": [Dist("1.0", "sdist", requires=("two",))],
        "two": [Dist("1.0")],
    }
    with world(tmp_path, projects) as asked:
        assert isinstance(asked.resolver(asked.demand("one"), on()), Unsolved)
        answer = asked.resolver(asked.demand("one"), on(), build=True)
    assert picks(answer) == {"one": "1.0", "two": "1.0"}


def test_a_name_of_the_fleet_comes_from_its_own_wheels(tmp_path: Path) -> None:
    strangers: Projects = {"acme": [Dist("9.0"), Dist("1.0")], "one": [Dist("1.0")]}
    own = write_flat(
        tmp_path / "own",
        {
            "acme": [Dist("1.0", requires=("one",))],
            "acme-more": [Dist("2.0.dev1", requires=("acme",))],
        },
    )
    expected = {"acme": "1.0", "acme-more": "2.0.dev1", "one": "1.0"}
    for strategy in Strategy:
        with world(tmp_path, strangers, {"acme": [Dist("8.0")]}, strategy=strategy) as asked:
            demand = asked.demand("acme-more", links=own)
            assert picks(asked.resolver(demand, on())) == expected, strategy
    folder = write_flat(tmp_path / "links", {"acme": [Dist("7.0")]})
    with world(tmp_path, strangers) as asked:
        indexes = asked.indexes._replace(find_links=(str(folder),))
        demand = asked.demand("acme-more", links=own, indexes=indexes)
        assert picks(asked.resolver(demand, on())) == expected
        # A higher one is asked for: it is not taken from elsewhere either.
        demand = asked.demand("acme-more", "acme>=2", links=own)
        assert isinstance(asked.resolver(demand, on()), Unsolved)


def test_a_library_of_the_fleet_may_exclude_a_python(tmp_path: Path) -> None:
    own = write_flat(tmp_path / "own", {"acme": [Dist("1.0", requires_python=">=3.9,<3.13")]})
    with world(tmp_path, SMALL) as asked:
        demand = asked.demand("acme", links=own)
        assert picks(asked.resolver(demand, on("3.12"))) == {"acme": "1.0"}
        assert isinstance(asked.resolver(demand, on("3.13")), Unsolved)


def test_a_name_may_be_bound_to_one_index(tmp_path: Path) -> None:
    first: Projects = {"one": [Dist("1.0", requires=("two",))], "two": [Dist("1.0")]}
    second: Projects = {"one": [Dist("9.0")], "two": [Dist("2.0")]}
    with serve(first) as here, serve(second) as there:
        main, other = Index(here.url, default=True), Index(there.url, "other", explicit=True)
        indexes = Indexes((other, main), pinned=(("two", "other"),))
        asked = asking(tmp_path, indexes)
        answer = asked.resolver(asked.demand("one", "two>=1"), on())
    assert answer == Solved((Pick("one", "1.0", ("",)), Pick("two", "2.0", ("", "one"), (">=1",))))


@pytest.mark.parametrize(
    "line", ["one=1", "-r other.txt", "--index-url=http://127.0.0.1:1/", "one\n--pre", ""]
)
def test_what_is_no_requirement_is_not_handed_over(line: str, tmp_path: Path) -> None:
    with world(tmp_path, SMALL) as asked:
        answer = asked.uv.ask(asked.demand(line), on()).answer
    assert isinstance(answer, Broken)
    assert "is no requirement" in answer.reason


def test_an_unknown_platform_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with world(tmp_path, SMALL) as asked, pytest.raises(UsageError):
        asked.uv.ask(asked.demand("one"), on(platform="plan9"))


class TestFailures:
    def reason(self, asked: World, *requirements: str) -> str:
        answer = asked.uv.ask(asked.demand(*requirements or ("one",)), on()).answer
        assert isinstance(answer, Broken), answer
        return answer.reason

    def test_no_solution_is_none_of_them(self, tmp_path: Path) -> None:
        with world(tmp_path, SMALL) as asked:
            answer = asked.uv.ask(asked.demand("two>2"), on()).answer
        assert isinstance(answer, Unsolved)
        assert "you require two>2" in answer.told
        assert "DEBUG" not in answer.told

    def test_a_server_that_fails(self, tmp_path: Path) -> None:
        with serve(SMALL) as index:
            index.faults["one"] = Status(500)
            asked = asking(tmp_path, Indexes((Index(index.url),)), surroundings=IMPATIENT)
            assert "500 Internal Server Error" in self.reason(asked)

    def test_nobody_answers(self, tmp_path: Path) -> None:
        indexes = Indexes((Index("http://127.0.0.1:9/simple"),))
        asked = asking(tmp_path, indexes, surroundings=IMPATIENT)
        assert "127.0.0.1:9" in self.reason(asked)

    @pytest.mark.parametrize("code", [401, 403])
    def test_not_let_in_is_not_absent(self, code: int, tmp_path: Path) -> None:
        with serve(SMALL) as index:
            index.faults["one"] = Status(code)
            asked = asking(tmp_path, Indexes((Index(index.url),)), surroundings=IMPATIENT)
            assert str(code) in self.reason(asked)

    def test_unless_that_is_how_the_index_says_absent(self, tmp_path: Path) -> None:
        with serve(SMALL) as index, serve({"two": [Dist("2.0")]}) as other:
            index.faults["two"] = Status(403)
            first = Index(index.url, ignored=(403,))
            asked = asking(tmp_path, Indexes((first, Index(other.url, default=True))))
            answer = asked.uv.ask(asked.demand("two"), on()).answer
        assert picks(answer) == {"two": "2.0"}

    def test_offline_is_not_absent(self, tmp_path: Path) -> None:
        with world(tmp_path, SMALL, offline=True) as asked:
            assert "network was disabled" in self.reason(asked)

    def test_an_index_that_stalls(self, tmp_path: Path) -> None:
        with serve(SMALL) as index:
            index.faults["one"] = Stall(30)
            asked = asking(tmp_path, Indexes((Index(index.url),)), timeout=1.0)
            began = time.monotonic()
            assert self.reason(asked) == "uv took longer than 1 s"
            assert time.monotonic() - began < 8

    def test_one_that_was_stopped_asks_no_more(self, tmp_path: Path) -> None:
        with world(tmp_path, SMALL) as asked:
            asked.uv.stop()
            assert self.reason(asked) == "stopped"


def test_credentials_are_used_and_never_shown(tmp_path: Path) -> None:
    with serve(SMALL, user="me", password="s3cr3t-word") as index:
        indexes = Indexes((Index(index.url, default=True),))
        known = {index.url: ("me", "s3cr3t-word")}
        asked = asking(tmp_path, indexes, credentials=known, surroundings=IMPATIENT)
        told = asked.uv.ask(asked.demand("one"), on())
        assert picks(told.answer) == {"one": "2.0", "two": "1.6"}
        wrong = {index.url: ("me", "0ther-word")}
        asked = asking(tmp_path / "b", indexes, credentials=wrong, surroundings=IMPATIENT)
        answer = asked.uv.ask(asked.demand("one"), on()).answer
        assert isinstance(answer, Broken)
        assert "401" in answer.reason
        assert "0ther" not in answer.reason


def test_credentials_in_a_requirement_are_not_shown(tmp_path: Path) -> None:
    with world(tmp_path, SMALL, surroundings=IMPATIENT) as asked:
        line = "four @ https://me:s3cr3t-word@127.0.0.1:9/four-1.0-py3-none-any.whl"
        for demand in (asked.demand(line), asked.demand(line + " and more")):
            answer = asked.uv.ask(demand, on()).answer
            assert isinstance(answer, Broken)
            assert "s3cr3t" not in answer.reason
            assert "127.0.0.1:9" in answer.reason


def test_the_environment_is_clean() -> None:
    given = {
        "PATH": "/bin",
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy:1",
        "no_proxy": "here",
        "UV_INDEX_CORP_PASSWORD": "word",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INDEX": "http://127.0.0.1/",
        "UV_OFFLINE": "1",
        "PIP_INDEX_URL": "http://127.0.0.1/",
        "GITHUB_TOKEN": "word",
        "PYTHONPATH": "/somewhere",
        "VIRTUAL_ENV": "/somewhere",
        "REQUESTS_CA_BUNDLE": "/ca.pem",
    }
    assert environment.clean(given) == {
        "PATH": "/bin",
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy:1",
        "no_proxy": "here",
        "UV_INDEX_CORP_PASSWORD": "word",
        "SSL_CERT_FILE": "/ca.pem",
        "NO_COLOR": "1",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "RUST_LOG": "uv_resolver=debug",
    }


def test_settings_of_people_and_projects_do_not_change_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".config" / "uv").mkdir(parents=True)
    (home / ".config" / "uv" / "uv.toml").write_text('resolution = "lowest"\n')
    monkeypatch.chdir(home)
    (home / "pyproject.toml").write_text('[tool.uv]\nresolution = "lowest"\n')
    surroundings = {"HOME": str(home), "PATH": os.environ["PATH"], "UV_RESOLUTION": "lowest"}
    with world(tmp_path, SMALL, surroundings=surroundings) as asked:
        assert picks(asked.uv.ask(asked.demand("two"), on()).answer) == {"two": "1.6"}


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with world(tmp_path, SMALL) as asked:
        asked.uv.ask(asked.demand("one"), on())
    assert not list((tmp_path / "temporary").iterdir())


def test_pages_are_taken_from_the_cache_for_a_while(tmp_path: Path) -> None:
    with serve(SMALL) as index:

        def ask(max_age: int) -> int:
            before = len(index.asked)
            asked = asking(tmp_path, Indexes((Index(index.url),)), max_age=max_age)
            for _ in range(2):
                assert isinstance(asked.uv.ask(asked.demand("one"), on()).answer, Solved)
            return len([path for path in index.asked[before:] if "/simple/" in path])

        assert ask(3600) == 2
        assert ask(3600) == 0
        # Anew, and then taken from the cache again.
        assert ask(0) == 4
        assert ask(3600) == 0


def test_uv_says_who_it_is() -> None:
    name, _, version = binary.name().partition(" ")
    assert name == "uv"
    assert version[0].isdigit()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_builds_end_with_uv(tmp_path: Path) -> None:
    mark = f"pylife-test-{os.getpid()}"
    endless = f"import time; MARK = {mark!r}; time.sleep(60)\n"
    with _project(tmp_path, endless) as demand_on:
        asked, demand = demand_on
        answer = asked.uv.ask(demand, on(), build=True).answer
    assert isinstance(answer, Broken)
    time.sleep(0.3)
    left = [
        path
        for path in Path("/proc").glob("[0-9]*/cwd")
        if _reads(path).startswith(str(tmp_path / "uv"))
    ]
    assert not left


def _reads(link: Path) -> str:
    with contextlib.suppress(OSError):
        return str(link.readlink())
    return ""


@contextlib.contextmanager
def _project(tmp_path: Path, backend: str):  # type: ignore[no-untyped-def] # a pair
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "back"\nbackend-path = ["."]\n'
    )
    (folder / "back.py").write_text(backend)
    with world(
        tmp_path, SMALL, build_timeout=3.0, interpreters={HERE: Path(sys.executable)}
    ) as asked:
        yield asked, Demand((f"project @ {folder.as_uri()}",), asked.indexes)
