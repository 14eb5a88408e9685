"""Starting a cell's program inside a wrapper: bubblewrap, a container, or a command of the preset.

Inside, there is nothing of the machine but what is named here: the system's own
folders, the interpreters and tools, all to be read only, and to be written to
the cell's work folder and its cache. No home folder, no other process, a
temporary folder of its own. The options are those of bubblewrap 0.8 (bwrap(1))
and of `docker run`.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.errors import ToolError
from pylife.matrix.isolation import Isolation, Wrapper

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt",
           "/nix/store", "/gnu/store")  # fmt: skip
_ETC = (
    "alternatives", "ca-certificates", "ca-certificates.conf", "fonts", "gai.conf", "group",
    "host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types",
    "nsswitch.conf", "os-release", "passwd", "pki", "protocols", "resolv.conf", "services", "ssl",
    "timezone",
)  # fmt: skip
"""Of /etc what programs need; not what may hold passwords, such as pip.conf."""
_SECONDS = 60.0
_TMP = "/tmp"  # noqa: S108 - inside, it is the cell's own


class Places(NamedTuple):
    """What a program may see: `folder` and `cache` are written to, `reads` read."""

    folder: Path
    cache: Path
    reads: tuple[Path, ...] = ()


class Wrapped(NamedTuple):
    """A command with its environment, and what has to be run when it has ended."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    afterwards: tuple[str, ...] = ()


def wrap(
    isolation: Isolation,
    command: Sequence[str],
    environment: Mapping[str, str],
    where: Callable[[], Places],
    cwd: Path,
) -> Wrapped:
    """`command` as it is to be started; raises ToolError where the wrapper is not here.

    `where` is only asked where there is a wrapper.
    """
    if isolation.wrapper is Wrapper.NONE:
        return Wrapped(tuple(command), environment)
    places = where()
    match isolation.wrapper:
        case Wrapper.BUBBLEWRAP:
            program = _program("bwrap", "install bubblewrap")
            inside = _inside(environment)
            return Wrapped((program, *_bubblewrap(isolation, places, cwd), *command), inside)
        case Wrapper.CONTAINER:
            program = _program(isolation.engine, f"install {isolation.engine}")
            inside = _inside(environment)
            name = f"pylife-{places.folder.name}"
            options = _container(isolation, inside, places, cwd, name)
            outside = {**_engine(os.environ), **inside}
            return Wrapped((program, *options, *command), outside, (program, "rm", "-f", name))
        case _:
            given = {"folder": places.folder, "cache": places.cache, "cwd": cwd}
            return Wrapped(
                (*(_filled(word, given) for word in isolation.command), *command), environment
            )


def _inside(environment: Mapping[str, str]) -> dict[str, str]:
    # Between its cache and the environments it makes uv cannot make links: they are mounts.
    return {"UV_LINK_MODE": "copy", **environment, "TMPDIR": _TMP}


def finish(wrapped: Wrapped) -> None:
    """Do what has to be done after a wrapped program, such as ending its container."""
    if wrapped.afterwards:
        subprocess.run(
            wrapped.afterwards, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS,
            check=False,
        )  # fmt: skip


def _bubblewrap(isolation: Isolation, places: Places, cwd: Path) -> Iterator[str]:
    yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    if not isolation.network:
        yield "--unshare-net"
    # It ends with pylife, whatever ends that.
    yield from ("--die-with-parent", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev")
    for known in system():
        link = Path(known)
        if link.is_symlink():
            yield from ("--symlink", str(link.readlink()), known)
        else:
            yield from ("--ro-bind", known, known)
    for name in _ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    temporary = places.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    yield from ("--bind", str(temporary), _TMP)
    for path in _outside(reads(isolation, places)):
        if path.is_symlink() and not path.is_dir():
            # An interpreter is known by where it really is.
            yield from ("--symlink", os.path.realpath(path), str(path))
        else:
            yield from ("--ro-bind-try", str(path), str(path))
    for path in (places.folder, places.cache):
        yield from ("--bind", str(path), str(path))
    yield from ("--remount-ro", "/", "--chdir", str(cwd), "--")


def _container(
    isolation: Isolation, environment: Mapping[str, str], places: Places, cwd: Path, name: str
) -> Iterator[str]:
    yield from ("run", "--rm", "--init", "--name", name, "--pull", "never", "--read-only")
    yield from ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    yield from ("--user", f"{os.getuid()}:{os.getgid()}")
    if not isolation.network:
        yield from ("--network", "none")
    temporary = places.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    yield from ("--mount", f"type=bind,src={temporary},dst={_TMP}")
    for path in _outside(reads(isolation, places)):
        if path.exists():
            yield from ("--mount", f"type=bind,src={path},dst={path},readonly")
    for path in (places.folder, places.cache):
        yield from ("--mount", f"type=bind,src={path},dst={path}")
    # By name alone: a value would stand in the list of processes.
    for variable in sorted(environment):
        yield from ("--env", variable)
    yield from ("--workdir", str(cwd), "--entrypoint", "", isolation.image)


def _engine(environment: Mapping[str, str]) -> dict[str, str]:
    """What the engine's client itself needs to find its daemon."""
    names = ("DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST", "XDG_RUNTIME_DIR")
    return {name: environment[name] for name in names if name in environment}


def system() -> list[str]:
    """The system's own folders, and links such as /bin -> usr/bin."""
    return [path for path in _SYSTEM if os.path.lexists(path)]


def reads(isolation: Isolation, places: Places) -> Iterator[Path]:
    """What else may be read: what was given, and the preset's own."""
    yield from places.reads
    yield from (Path(text).expanduser() for text in isolation.read)


def _outside(paths: Iterable[Path]) -> list[Path]:
    """Those that are not there with the system's folders, or with another of them; sorted."""
    known = [Path(path) for path in system()]
    found: list[Path] = []
    for path in sorted(set(paths), key=lambda path: (len(path.parts), path)):
        if not any(path.is_relative_to(one) for one in (*known, *found)):
            found.append(path)
    return found


def _filled(word: str, given: Mapping[str, Path]) -> str:
    for name, path in given.items():
        word = word.replace(f"{{{name}}}", str(path))
    return word


def _program(name: str, help_text: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name} was not found, which the matrix preset asks for", help=help_text)
    return found
