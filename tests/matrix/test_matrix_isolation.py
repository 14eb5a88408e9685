"""What projects' code may not see, and that pylife refuses where it could see it."""

import base64
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from pylife.cli import private
from pylife.errors import ConfigError, ToolError, UsageError
from pylife.matrix import guard, presets, process, redact, sandbox, secrets
from pylife.matrix.isolation import Cache, Isolation, Wrapper
from pylife.matrix.presets import MatrixPreset
from pylife.model import CellStatus
from tests.matrix.matrix_help import HERE, OWN_TESTS, make, run

CANARY = "c4n4ry-" + hashlib.sha256(b"isolation").hexdigest()[:20]
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '''\
"""Takes whatever it can get, and shows it."""

import glob
import os
import pwd
import subprocess
import unittest


def loot():
    yield "environ", repr(dict(os.environ)).encode()
    for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
        try:
            yield path, open(path, "rb").read()
        except OSError:
            pass
    homes = {os.path.expanduser("~"), pwd.getpwuid(os.getuid()).pw_dir, *OTHERS}
    for home in homes:
        for name in (".netrc", ".git-credentials", ".gitconfig", ".pypirc", ".pgpass",
                     ".config/git/credentials", ".config/gh/hosts.yml",
                     ".local/share/python_keyring/keyring_pass.cfg",
                     ".local/share/keyrings/login.keyring"):
            try:
                yield home + "/" + name, open(os.path.join(home, name), "rb").read()
            except OSError:
                pass
    git = ["git", "config", "--list", "--show-origin"]
    try:
        yield "git", subprocess.run(git, capture_output=True).stdout
    except OSError:
        pass


class Test(unittest.TestCase):
    def test_nothing_is_found(self):
        found = [where for where, what in loot() if b"c4n" + b"4ry-" in what]
        for where, what in loot():
            print(where, what)
        self.assertEqual(found, [])


unittest.main()
'''
SAYS = """\
import base64, os, sys
from urllib.parse import quote
value = os.environ["UV_INDEX_PRIVATE_PASSWORD"]
print("granted", value, quote(value, safe=""))
print(base64.b64encode(("user:" + value).encode()).decode())
for letter in value:
    sys.stdout.write(letter); sys.stdout.flush()
import unittest
class Test(unittest.TestCase):
    def test_it(self):
        self.fail("it is " + value)
unittest.main()
"""
PYTEST = """\
import os


def test_it():
    assert os.environ["UV_INDEX_PRIVATE_PASSWORD"] == "<&>"
"""


@pytest.fixture(scope="module")
def wrapped() -> str:
    """bubblewrap, where it works; else the test is skipped with the reason."""
    program = shutil.which("bwrap")
    if program is None:
        pytest.skip("bubblewrap is not installed")
    tried = subprocess.run(
        [program, "--ro-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "true"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if tried.returncode:
        pytest.skip(f"bubblewrap does not work here: {tried.stderr.strip()}")
    return program


@pytest.fixture
def untrusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(guard.TRUST, raising=False)


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[bytes]]:
    """A process that was started with a token."""
    program = [sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()"]
    environment = {"GITHUB_TOKEN": CANARY, "UV_INDEX_URL": f"https://u:{CANARY}@index.example/",
                   "UV_DEFAULT_INDEX": "https://index.example/simple", "GH_TOKEN": ""}  # fmt: skip
    with subprocess.Popen(
        program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        # A process has its environment only some time after it was started.
        started.stdout.readline()
        yield started
        started.stdin.close()


def only(folder: Path, *pids: int) -> Path:
    """A /proc of these processes alone: tests look at nobody else's."""
    folder.mkdir()
    for pid in pids:
        (folder / str(pid)).symlink_to(f"/proc/{pid}")
    return folder


def contents(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()


def test_credentials_are_known_by_their_names() -> None:
    environment = {
        "GITHUB_TOKEN": "x", "PYLIFE_GITHUB_TOKEN": "x", "UV_INDEX_MY_OWN_PASSWORD": "x",
        "PYLIFE_STORE": "postgresql://me:x@db/x", "PGPASSWORD": "x", "PATH": "/bin", "GH_TOKEN": "",
        "UV_DEFAULT_INDEX": "https://index.example/simple", "UV_INDEX_MY_OWN_USERNAME": "me",
        "PIP_INDEX_URL": "https://token@index.example/simple",
    }  # fmt: skip
    assert secrets.held(environment) == {
        "GITHUB_TOKEN": secrets.Kind.FORGE,
        "PGPASSWORD": secrets.Kind.STORE,
        "PIP_INDEX_URL": secrets.Kind.INDEX,
        "PYLIFE_GITHUB_TOKEN": secrets.Kind.FORGE,
        "PYLIFE_STORE": secrets.Kind.STORE,
        "UV_INDEX_MY_OWN_PASSWORD": secrets.Kind.INDEX,
    }
    assert secrets.kind_of("PYLIFE_STORE", "/a/file.sqlite") is None
    assert secrets.values(
        {"A": "https://me:p%40ss@index.example/", "PGPASSFILE": "/a/file", "GH_TOKEN": "tok"}
    ) == {"p%40ss", "p@ss", "tok"}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_a_token_in_another_process_is_found_and_its_value_is_not_told(
    tmp_path: Path, holder: subprocess.Popen[bytes], untrusted: None
) -> None:
    proc = only(tmp_path / "proc", holder.pid)
    with pytest.raises(UsageError) as caught:
        guard.require({"HOME": str(tmp_path)}, proc=proc)
    said = str(caught.value)
    assert f"GITHUB_TOKEN in the environment of process {holder.pid} (python" in said
    assert "UV_INDEX_URL" in said
    assert "UV_DEFAULT_INDEX" not in said
    assert "GH_TOKEN" not in said
    assert CANARY not in said
    assert "bubblewrap" in said
    assert caught.value.exit_code == 2
    granted = [str(one) for one in guard.in_processes(["UV_INDEX_URL"], proc)]
    assert len(granted) == 1


def test_trust_has_to_be_said(tmp_path: Path) -> None:
    (tmp_path / ".git-credentials").write_text(f"https://me:{CANARY}@forge.example\n")
    guard.require({"HOME": str(tmp_path), guard.TRUST: "1"})
    empty = only(tmp_path / "proc")
    with pytest.raises(UsageError):
        guard.require({"HOME": str(tmp_path), guard.TRUST: "yes"}, proc=empty)


@pytest.mark.parametrize(
    ("path", "bad", "good"),
    [
        (".git-credentials", f"https://me:{CANARY}@forge.example\n", ""),
        (".netrc", f"machine forge.example login me password {CANARY}\n", "machine forge.example"),
        (".config/gh/hosts.yml", f"x:\n  oauth_token: {CANARY}\n", "x:\n  user: me\n"),
        (".gitconfig", f'[http "x"]\n  extraheader = AUTHORIZATION: basic {CANARY}\n',
         "[user]\n  name = me\n"),
        (".gitconfig", f'[url "https://x:{CANARY}@forge.example/"]\n',
         '[url "ssh://git@forge.example/"]\n'),
        (".pypirc", f"[x]\npassword = {CANARY}\n", "[x]\nusername = me\n"),
        (".pgpass", f"db:5432:*:me:{CANARY}\n", "# host:port:database:user:password\n"),
    ],
)  # fmt: skip
def test_files_with_credentials_are_found(
    tmp_path: Path, path: str, bad: str, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "homes", lambda environment: (Path(environment["HOME"]),))
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bad)
    assert [one.where for one in guard.in_files({"HOME": str(tmp_path)})] == [str(file)]
    file.write_text(good)
    assert not list(guard.in_files({"HOME": str(tmp_path)}))


def test_a_repositorys_own_configuration_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "homes", lambda _: ())
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(
        f'[remote "origin"]\n  url = https://x:{CANARY}@forge.example/a\n'
    )
    found = list(guard.in_files({}, [tmp_path / "libs" / "a"]))
    assert [one.where for one in found] == [str(tmp_path / ".git" / "config")]


def test_a_cells_environment_has_no_credential_but_those_granted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = "import os\nfor name in sorted(os.environ): print(name, '=', os.environ[name])\n"
    for name in ("GITHUB_TOKEN", "UV_INDEX_OTHER_PASSWORD", "PGPASSWORD", "PLAIN"):
        monkeypatch.setenv(name, CANARY)
    monkeypatch.setenv("PYLIFE_STORE", f"postgresql://me:{CANARY}@db/x")
    monkeypatch.setenv("UV_INDEX", f"private=https://me:{CANARY}@index.example/simple")
    monkeypatch.setenv("UV_INDEX_PRIVATE_USERNAME", "somebody")
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nindex-url = https://me:{CANARY}@index.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    granting = Isolation(grant=("UV_INDEX_PRIVATE_USERNAME", "UV_INDEX_OTHER_PASSWORD"))
    files = {"noxfile.py": OWN_TESTS, "run.py": show}
    preset = MatrixPreset(name="t", retries=0, timeout=120, isolation=granting)
    one, two = run(
        [make(tmp_path, "closed", files), make(tmp_path, "granted", files, preset=preset)],
        tmp_path / "state",
    )
    assert one.log is not None
    assert two.log is not None
    closed = (tmp_path / "state" / one.log).read_text()
    assert "UV_CACHE_DIR = " + str(tmp_path / "uv" / "projects" / "closed") in closed
    assert not [word for word in ("TOKEN", "PASS", "PYLIFE_STORE", "UV_INDEX", "PIP_CONFIG", CANARY)
                if word in closed]  # fmt: skip
    granted = (tmp_path / "state" / two.log).read_text()
    assert "UV_INDEX_PRIVATE_USERNAME = somebody" in granted
    assert "UV_INDEX_OTHER_PASSWORD = ****" in granted
    assert not [
        path for path, content in contents(tmp_path / "state") if CANARY.encode() in content
    ]


@pytest.mark.parametrize("value", [CANARY, "p/w+0 r&d<%\"'x", "sch\u00f6n-gut"])
def test_what_is_granted_is_redacted_in_all_its_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("UV_INDEX_PRIVATE_PASSWORD", value)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    preset = MatrixPreset(
        name="t", retries=0, timeout=120, environment=("PYTHONIOENCODING",),
        isolation=Isolation(grant=("UV_INDEX_PRIVATE_PASSWORD",)),
    )  # fmt: skip
    files = {"noxfile.py": OWN_TESTS, "run.py": SAYS}
    pytests = {"test_it.py": PYTEST, "pyproject.toml": (
        '[build-system]\nrequires = ["flit_core>=3.9"]\nbuild-backend = "flit_core.buildapi"\n'
        '[project]\nname = "seen"\nversion = "1"\ndescription = "x"\n'), "seen.py": ""}  # fmt: skip
    state = tmp_path / "state"
    says, seen = sorted(
        run([make(tmp_path, "says", files, preset=preset),
             make(tmp_path, "seen", pytests, preset=preset)], state),
    )  # fmt: skip
    assert says.status is CellStatus.FAILED
    assert says.reason.endswith("AssertionError: it is ****")
    assert "it is ****" in says.failure
    assert seen.status is CellStatus.FAILED
    assert "****" in seen.reason
    encoded = base64.b64encode(f"user:{value}".encode())
    forms = {value.encode(), quote(value, safe="").encode(), encoded}
    for path, content in contents(state):
        assert not [form for form in forms if form in content], path
    assert says.log is not None
    assert (state / says.log).read_bytes().count(b"****") >= 4


def test_redaction_holds_where_output_comes_in_pieces() -> None:
    hide = redact.of(frozenset({CANARY}))
    text = f"before {CANARY} and {CANARY}{CANARY}".encode()
    for size in range(1, len(text)):
        stream = redact.Stream(hide)
        pieces = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)]
        assert b"".join([*pieces, stream.end()]) == b"before **** and ********"
    nothing = redact.of(frozenset())
    assert not nothing
    assert redact.Stream(nothing).feed(b"x") == b"x"
    assert redact.of(frozenset({"abc"})).text("abc") == "abc"  # would be found in any text


def test_redaction_takes_the_longest_wherever_output_is_cut() -> None:
    hide = redact.of(frozenset({"hunter2", "hunter2SUFFIX", "er2SUFFIXmore", "aaaa"}))
    text = b"a hunter2 b hunter2SUFFIX c hunter2SUFFIXmore d aaaaaaaaa hunter2hunter2 hunter2SUFF"
    expected = b"a **** b **** c **** d **** ******** ****SUFF"
    assert hide.data(text) == expected
    for size in range(1, len(text)):
        stream = redact.Stream(hide)
        pieces = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)]
        assert b"".join([*pieces, stream.end()]) == expected


def test_redaction_holds_at_the_cut_of_a_long_log(tmp_path: Path) -> None:
    program = "import sys\nfor _ in range(250_000): sys.stdout.write('x' * 7 + sys.argv[1])\n"
    ended = process.run(
        [sys.executable, "-c", program, CANARY], cwd=tmp_path, env={}, log=tmp_path / "log",
        timeout=60, hide=redact.of(frozenset({CANARY})),
    )  # fmt: skip
    assert ended.code == 0
    content = (tmp_path / "log").read_bytes()
    assert b"bytes cut here" in content
    assert CANARY[:8].encode() not in content


def preset(folder: Path, text: str) -> MatrixPreset:
    (folder / "m.toml").write_text(f'[matrix]\nname = "m"\n{text}')
    return presets.load("./m.toml", folder)


def test_a_preset_says_what_cells_run_in(tmp_path: Path) -> None:
    assert preset(tmp_path, "").isolation == Isolation()
    found = preset(
        tmp_path,
        '[isolation]\nwrapper = "bubblewrap"\nnetwork = false\ncache = "shared"\n'
        'grant = ["UV_INDEX_A_PASSWORD"]\nread = ["/srv/tools"]\n',
    ).isolation
    assert found == Isolation(
        wrapper=Wrapper.BUBBLEWRAP, network=False, cache=Cache.SHARED,
        grant=("UV_INDEX_A_PASSWORD",), read=("/srv/tools",),
    )  # fmt: skip
    # The cache is no matter for what comes out.
    assert Isolation(cache=Cache.SHARED).outcome == {}
    assert found.outcome != {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('environment = ["GH_TOKEN"]', "GH_TOKEN holds a credential"),
        ('environment = ["UV_INDEX_A_PASSWORD"]', 'grant = ["UV_INDEX_A_PASSWORD"]'),
        ('[isolation]\ngrant = ["GITHUB_TOKEN"]', "GITHUB_TOKEN is a forge's token"),
        ("[isolation]\nnetwork = false", "network = false needs a wrapper"),
        ('[isolation]\nwrapper = "command"', 'needs command = ["…"]'),
        ('[isolation]\nwrapper = "container"', 'needs image = "…"'),
        ('[isolation]\nimage = "x"', 'image is only for wrapper = "container"'),
        ('[isolation]\nwrapper = "bubblewarp"', "bubblewrap"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        preset(tmp_path, text)
    assert said in str(caught.value)
    assert caught.value.line is not None
    assert caught.value.path == "./m.toml"


def test_a_wrapper_that_is_not_here_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong = MatrixPreset(name="t", isolation=Isolation(wrapper=Wrapper.BUBBLEWRAP))
    files = {"noxfile.py": OWN_TESTS, "run.py": "x"}
    with pytest.raises(ToolError, match="bwrap was not found"):
        run([make(tmp_path, "a", files, preset=wrong)], tmp_path / "state")


def test_a_container_engine_without_a_daemon_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("docker") is None:
        pytest.skip("no docker client here")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    isolation = Isolation(wrapper=Wrapper.CONTAINER, image="python:3.13")
    files = {"noxfile.py": OWN_TESTS, "run.py": "x"}
    one = make(tmp_path, "a", files, preset=MatrixPreset(name="t", isolation=isolation))
    with pytest.raises(ToolError, match="'container' of the matrix preset does not work here"):
        run([one], tmp_path / "state")


def test_a_containers_command_line_has_no_value_and_nothing_to_write(tmp_path: Path) -> None:
    if shutil.which("docker") is None:
        pytest.skip("no docker client here")
    folder, cache, tools = tmp_path / "work", tmp_path / "cache", tmp_path / "tools"
    for one in (folder, cache, tools):
        one.mkdir()
    isolation = Isolation(wrapper=Wrapper.CONTAINER, image="python:3.13", network=False)
    found = sandbox.wrap(
        isolation, ["nox", "-s", "tests"], {"HOME": "/h", "UV_INDEX_A_PASSWORD": CANARY},
        lambda: sandbox.Places(folder, cache, (tools,)), folder / "tree",
    )  # fmt: skip
    words = list(found.command)
    assert words[1:3] == ["run", "--rm"]
    assert words[-4:] == ["python:3.13", "nox", "-s", "tests"]
    assert not [word for word in words if CANARY in word]
    assert found.environment["UV_INDEX_A_PASSWORD"] == CANARY
    for option in ("--read-only", "--cap-drop", "no-new-privileges", "none"):
        assert option in words
    mounts = [word for before, word in itertools.pairwise(words) if before == "--mount"]
    assert mounts == [
        f"type=bind,src={folder}/tmp,dst=/tmp",
        f"type=bind,src={tools},dst={tools},readonly",
        f"type=bind,src={folder},dst={folder}",
        f"type=bind,src={cache},dst={cache}",
    ]
    assert found.afterwards[1:] == ("rm", "-f", "pylife-work")


def test_a_bubblewraps_command_line(wrapped: str, tmp_path: Path) -> None:
    isolation = Isolation(wrapper=Wrapper.BUBBLEWRAP, network=False)
    tmp_path.joinpath("cache").mkdir()
    words = sandbox.wrap(
        isolation, ["true"], {}, lambda: sandbox.Places(tmp_path, tmp_path / "cache"), tmp_path
    ).command
    assert words[0] == wrapped
    for option in ("--unshare-pid", "--unshare-net", "--die-with-parent", "--remount-ro"):
        assert option in words
    written = [words[at + 1] for at, word in enumerate(words) if word == "--bind"]
    assert written == [str(tmp_path / "tmp"), str(tmp_path), str(tmp_path / "cache")]
    assert "/" not in [words[at + 1] for at, word in enumerate(words) if "bind" in word]


TAKES = {
    "noxfile.py": OWN_TESTS,
    "run.py": HOSTILE,
}


def test_in_bubblewrap_a_hostile_cell_finds_nothing(
    wrapped: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, untrusted: None,
    holder: subprocess.Popen[bytes],
) -> None:  # fmt: skip
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text(f"machine forge.example password {CANARY}\n")
    (home / ".git-credentials").write_text(f"https://me:{CANARY}@forge.example\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GITHUB_TOKEN", CANARY)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    isolated = MatrixPreset(
        name="t", retries=0, timeout=120, isolation=Isolation(wrapper=Wrapper.BUBBLEWRAP)
    )
    writes = (
        "import os, unittest\nfrom pathlib import Path\n"
        "class Test(unittest.TestCase):\n"
        "    def test_it(self):\n"
        f"        for place in ({str(ROOT)!r}, '/usr', '/', {sys.prefix!r}):\n"
        "            with self.assertRaises(OSError):\n"
        "                Path(place, 'written').write_text('x')\n"
        f"        Path('/tmp/{tmp_path.name}').write_text('x')\n"
        "        Path.home().joinpath('mine').write_text('x')\n"
        "        self.assertLess(len([p for p in os.listdir('/proc') if p.isdigit()]), 10)\n"
        "unittest.main()\n"
    )
    hostile = {**TAKES, "run.py": HOSTILE.replace("*OTHERS", repr(str(home)))}
    state = tmp_path / "state"
    installing = {"noxfile.py": OWN_TESTS.replace(
        'session.run("python", "run.py")', 'session.install("flit_core")\n'
        '    session.run("python", "-c", "import flit_core, unittest; unittest.main(argv=[\'x\'])")'
    )}  # fmt: skip
    done = run(
        [
            make(tmp_path / "fleet", "hostile", hostile, preset=isolated),
            make(tmp_path / "fleet", "installs", installing, preset=isolated),
            make(tmp_path / "fleet", "writes", {**TAKES, "run.py": writes}, preset=isolated),
        ],
        state,
    )
    by_name = {cell.project: cell for cell in done}
    for name in ("hostile", "writes"):
        cell = by_name[name]
        assert cell.status is CellStatus.PASSED, (cell.reason, cell.failure)
    assert not (Path("/tmp") / tmp_path.name).exists()
    assert by_name["installs"].status is CellStatus.NO_TESTS, by_name["installs"].failure
    assert not [path for path, content in contents(state) if CANARY.encode() in content]


def test_a_wrapper_that_hides_too_little_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, untrusted: None
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text(f"machine forge.example password {CANARY}\n")
    monkeypatch.setattr(guard, "homes", lambda _: (home,))
    nothing = Isolation(wrapper=Wrapper.COMMAND, command=("env",))
    files = {"noxfile.py": OWN_TESTS, "run.py": "x"}
    one = make(tmp_path, "a", files, preset=MatrixPreset(name="t", isolation=nothing))
    with pytest.raises(UsageError) as caught:
        run([one], tmp_path / "state")
    assert "hides too little" in str(caught.value)
    assert str(home / ".netrc") in str(caught.value)
    if Path("/proc/self/environ").exists():
        assert "other processes" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "does"),
    [
        ("matrix run", True), ("matrix list x", True), ("matrix merge a", False),
        ("nightly", True), ("nightly --only read,propose", False), ("nightly --only=run x", True),
        ("nightly --only read --only resolve", True), ("check", False), ("", False),
        ("deps x", True), ("deps --no-build x", False),
    ],
)  # fmt: skip
def test_which_commands_run_projects_code(arguments: str, does: bool) -> None:
    assert private.runs_projects(arguments.split()) is does


WATCHED = """\
import os, sys
sys.path.insert(0, sys.argv[1])
from pylife.cli import private
if sys.argv[2] == "protected":
    private.protect()
print("up", flush=True)
sys.stdin.read()
"""
LOOKS = """\
import sys
for name in ("environ", "mem"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
        print(name, "opened")
    except OSError as error:
        print(name, "refused")
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
@pytest.mark.parametrize("way", ["open", "protected"])
def test_another_process_of_the_user_cannot_look_into_a_protected_one(
    tmp_path: Path, way: str
) -> None:
    """Root can: so as somebody else, by an interpreter that everybody may start."""
    if os.getuid() == 0:
        python, who = shutil.which("python3", path="/usr/bin:/usr/local/bin"), 65534
        if python is None or not os.access(ROOT / "pylife", os.X_OK):
            pytest.skip("no Python here that is everybody's")
    else:
        python, who = sys.executable, os.getuid()
    alone = tmp_path.parent if os.getuid() else Path("/tmp") / f"pylife-test-{os.getpid()}"
    # Only what it needs, where everybody may read: the module has nothing but the library.
    package = alone / way / "pylife" / "cli"
    package.mkdir(parents=True)
    try:
        (package.parent / "__init__.py").touch()
        (package / "__init__.py").touch()
        shutil.copy(ROOT / "pylife" / "cli" / "private.py", package)
        subprocess.run(["chmod", "-R", "a+rX", str(alone)], check=True)
        with subprocess.Popen(
            [python, "-c", WATCHED, str(alone / way), way], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={"SECRET": CANARY}, user=who, text=True, cwd="/",
        ) as watched:  # fmt: skip
            assert watched.stdout is not None
            assert watched.stdout.readline() == "up\n"
            seen = subprocess.run(
                [python, "-c", LOOKS, str(watched.pid)], capture_output=True, user=who, text=True,
                check=True, cwd="/",
            ).stdout  # fmt: skip
            watched.communicate("")
    finally:
        shutil.rmtree(alone / way)
        if os.getuid() == 0:
            alone.rmdir()
    expected = "refused" if way == "protected" else "opened"
    assert f"environ {expected}" in seen
    if way == "protected":
        assert "mem refused" in seen


class Apart:
    """Runs pylife in a process namespace of its own, with nobody's home: as on a CI machine.

    So that what this machine's other processes hold does not matter, nor is looked at.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.folder = folder
        self.home = folder / "home"
        self.state = folder / "state"
        self.fleet = folder / "fleet"
        self.home.mkdir()
        make(self.fleet, "hostile", {
            **TAKES, "run.py": HOSTILE.replace("*OTHERS", repr(str(self.home))),
            "pyproject.toml": '[project]\nname = "hostile"\nversion = "1"\n'
            f'requires-python = ">={HERE}"\n',
        })  # fmt: skip
        (self.fleet / "pylife.toml").write_text(
            '[[project]]\npath = "hostile"\nmatrix = "./here.toml"\n'
        )
        (self.fleet / "here.toml").write_text(f'[matrix]\nname = "here"\npythons = ["{HERE}"]\n')

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        hidden = [str(home) for home in guard.homes({}) if home.is_dir() and home != Path("/")]
        back = {sys.prefix, sys.base_prefix, str(ROOT), str(self.folder)}
        around = [self._program, "--dev-bind", "/", "/"]
        around += [word for home in hidden for word in ("--tmpfs", home)]
        around += [word for path in sorted(back) for word in ("--bind", path, path)]
        around += ["--unshare-pid", "--proc", "/proc", "--chdir", str(self.folder)]
        # A virtual environment's Python is none for cells: they need the one it was made of.
        found = [str(Path(sys.executable).parent), f"{sys.base_prefix}/bin", os.defpath]
        plain = {"PATH": os.pathsep.join(found), "HOME": str(self.home)}
        plain |= {name: os.environ[name] for name in ("UV_OFFLINE", "LANG") if name in os.environ}
        # bubblewrap itself must not hold what the command is given.
        start = ["env", *(f"{name}={value}" for name, value in environment.items()), *command]
        if not environment:
            start = list(command)
        return subprocess.run(
            [*around, "sh", "-c", 'read -r line; exec $line', "x"], env=plain, capture_output=True,
            input=" ".join(start) + "\n", text=True, check=False, timeout=300,
        )  # fmt: skip

    def pylife(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pylife", *arguments, str(self.fleet),
                "--state", str(self.state), "--as-of", "2026-11-21"]  # fmt: skip


@pytest.fixture
def apart(wrapped: str, tmp_path: Path) -> Apart:
    return Apart(wrapped, tmp_path)


def test_a_canary_of_the_parents_is_nowhere(apart: Apart) -> None:
    given = {
        "GITHUB_TOKEN": CANARY, "PYLIFE_GITHUB_TOKEN": CANARY, "CI_JOB_TOKEN": CANARY,
        "UV_INDEX_A_PASSWORD": CANARY, "PGPASSWORD": CANARY,
        "UV_INDEX": f"a=https://me:{CANARY}@index.example/simple",
    }  # fmt: skip
    done = apart(apart.pylife("nightly", "--only", "read,run,publish"), given)
    assert done.returncode in {0, 1}, done.stderr
    document = json.loads((apart.state / "results" / "run.json").read_text())
    cells = [cell for cell in document["cells"] if cell["project"] == "hostile"]
    assert [(cell["status"], cell["reason"]) for cell in cells] == [("passed", "")]
    log = (apart.state / cells[0]["log"]).read_text()
    # It did look, also at the parents of its own.
    assert "/proc/1/environ" in log
    assert "pylife" in log
    assert (apart.state / "site" / "index.html").is_file()
    seen = {path for path, content in contents(apart.state, apart.home, apart.fleet)
            if CANARY.encode() in content}  # fmt: skip
    assert not seen
    assert CANARY not in done.stdout + done.stderr


def test_where_a_parent_holds_a_token_nothing_is_run(apart: Apart) -> None:
    given = {"GITHUB_TOKEN": CANARY}
    # The shell is started with it, and stays.
    script = apart.folder / "job.sh"
    words = apart.pylife("matrix", "run")
    script.write_text(f"{' '.join(words)}\nexit $?\n")
    done = apart(["sh", str(script)], given)
    assert done.returncode == 2
    assert "GITHUB_TOKEN in the environment of process" in done.stderr
    assert "(sh)" in done.stderr
    assert CANARY not in done.stderr
    assert not list(apart.state.glob("logs/**/*.log"))


def test_where_the_home_folder_holds_a_token_nothing_is_run(apart: Apart) -> None:
    (apart.home / ".git-credentials").write_text(f"https://me:{CANARY}@forge.example\n")
    done = apart(apart.pylife("matrix", "list"), {})
    assert done.returncode == 2
    assert f"{apart.home}/.git-credentials" in done.stderr
