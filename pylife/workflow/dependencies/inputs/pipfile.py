"""What a `Pipfile` requires. Source: Pipenv's documentation, "Pipfile & Pipfile.lock"."""

from collections.abc import Mapping
from typing import Any

from pylife.dependencies.records import Index
from pylife.fleet.identity import normal
from pylife.syntax.toml import Document
from pylife.workflow.dependencies.inputs.lines import Reader
from pylife.workflow.dependencies.inputs.records import Group, Options, Sort

_FILE = "Pipfile"
_MARKERS = (
    "os_name", "sys_platform", "platform_machine", "platform_system", "platform_version",
    "platform_release", "platform_python_implementation", "python_version", "python_full_version",
    "implementation_name", "implementation_version",
)  # fmt: skip


def groups(document: Document) -> list[Group]:
    """`[packages]` as what runs, `[dev-packages]` and other categories as groups."""
    sources = options(document)
    found = []
    for table in document.value:
        if table in {"source", "requires", "scripts", "pipenv"}:
            continue
        reader = Reader()
        for name, value in document.table(table).items():
            _one(reader, name, value, document.line(table, name))
        sort = Sort.RUN if table == "packages" else Sort.GROUP
        name = "" if sort is Sort.RUN else normal(table.removesuffix("-packages"))
        found.append(Group(sort, name, tuple(reader.lines), tuple(reader.unknown), options=sources))
    return sorted(found, key=lambda group: (group.sort is not Sort.RUN, group.name))


def options(document: Document) -> Options:
    """The sources: the first one is the default."""
    found = [
        Index(item["url"].rstrip("/"), name=item.get("name"))
        for item in document.get("source") or ()
        if isinstance(item, dict) and isinstance(item.get("url"), str)
    ]
    if not found:
        return Options()
    # A variable for a password is left as it is: whoever asks fills it in.
    return Options(indexes=tuple(found[1:]), default=found[0]._replace(default=True))


def pinned(document: Document) -> set[tuple[str, str]]:
    """Packages that name the index that they come from."""
    return {
        (normal(name), value["index"])
        for table in ("packages", "dev-packages")
        for name, value in document.table(table).items()
        if isinstance(value, dict) and isinstance(value.get("index"), str)
    }


def _one(reader: Reader, name: str, value: object, number: int) -> None:
    said: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
    raw = f"{name} = {value!r}"
    version = str(said.get("version", "*"))
    extras = [str(item) for item in said.get("extras") or ()]
    head = f"{name}[{','.join(extras)}]" if extras else name
    kind = next((key for key in ("git", "path", "file") if key in said), None)
    text = f"{head} @ {_address(kind, str(said[kind]))}" if kind else head
    if not kind and version != "*":
        text += version if version[:1] in "<>=!~" else f"=={version}"
    clauses = [str(said["markers"])] if "markers" in said else []
    clauses += [f"{key} {said[key]}" for key in _MARKERS if isinstance(said.get(key), str)]
    if clauses:
        text += " ; " + " and ".join(f"({clause})" for clause in clauses)
    reader.add(raw, _FILE, number, text=text)


def _address(kind: str, text: str) -> str:
    if kind == "git":
        return f"git+{text}"
    return text if "://" in text else f"file:{text}"
