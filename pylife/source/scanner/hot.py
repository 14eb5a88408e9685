"""Which names are worth a second look: all others are passed over without one."""

import json
from functools import cache
from typing import NamedTuple

from pylife.source.scanner import peculiar
from pylife.source.scanner.table import Table
from pylife.source.scanner.versions import ALL, DATA, VERSIONS

STORED = DATA.with_name("stdlib-names.json")

# Names that make a condition, or what is assigned from them, depend on the running Python.
SPEAKING = frozenset({
    "version_info", "hexversion", "TYPE_CHECKING", "hasattr", "getattr", "find_spec",
    "find_loader", "python_version", "python_version_tuple", "get_python_version", "PY2", "PY3",
    "PY34", "IS_PY2", "IS_PY3", "skipif", "skipIf", "skipUnless", "xfail", "version", "dir",
    "__dict__", "vars",
    "stdlib_module_names", "modules", "__all__", "skip", "cache_tag", "signature", "getfullargspec",
})  # fmt: skip
# Attributes that are flags by their name, as in `compat.PY313`.
FLAGS = frozenset(
    f"PY{each}3{mark}{minor}" for each in ("", "_") for mark in ("", "_") for _, minor in VERSIONS
)
MAKERS = frozenset({"__init__", "__new__"})
CALLS = frozenset({
    "import_module", "__import__", "importorskip", "getattr", "setattr", "delattr", "partial",
    "setdefault",
})  # fmt: skip


# Attributes that are everywhere and hardly ever matter: looked at in files with that text only.
RARE = {"get": b"entry_points"}


class Hot(NamedTuple):
    """Last names; what is none of them is the same on every Python."""

    builtins: frozenset[str]
    attributes: frozenset[str]
    parameters: dict[str, frozenset[str]]
    calls: frozenset[str]
    entered: frozenset[str]
    """Classes that were or are context managers on some Pythons only."""


class Names(NamedTuple):
    """What the table alone makes worth a look; written beside it, since it takes long to gather."""

    builtins: frozenset[str]
    attributes: frozenset[str]
    parameters: dict[str, frozenset[str]]
    entered: frozenset[str]


@cache
def of_data() -> Hot:
    """The names of the table that comes with this package."""
    return _hot(read(STORED.read_bytes()))


def of(table: Table) -> Hot:
    """The names of a table."""
    return _hot(gathered(table))


def read(data: bytes) -> Names:
    """The names that `written` has written."""
    document = json.loads(data)
    return Names(
        builtins=frozenset(document["builtins"]),
        attributes=frozenset(document["attributes"]),
        parameters={name: frozenset(words) for name, words in document["parameters"].items()},
        entered=frozenset(document["entered"]),
    )


def written(names: Names) -> bytes:
    """The names as JSON, the same bytes for the same names."""
    document = {
        "about": "Made by tools/refresh_stdlib.py from stdlib.table: which names are worth a look.",
        "builtins": sorted(names.builtins),
        "attributes": sorted(names.attributes),
        "parameters": {name: sorted(words) for name, words in sorted(names.parameters.items())},
        "entered": sorted(names.entered),
    }
    return (json.dumps(document, indent=0) + "\n").encode()


def _hot(names: Names) -> Hot:
    return Hot(
        names.builtins,
        names.attributes | SPEAKING | FLAGS,
        names.parameters,
        frozenset(CALLS | names.parameters.keys() | peculiar.CALLS),
        names.entered,
    )


def gathered(table: Table) -> Names:
    """The names of a table; this goes through all of it."""
    attributes: set[str] = set()
    parameters: dict[str, set[str]] = {}
    entered: set[str] = set()
    for module in table.modules():
        known = table.module(module)
        if known is None:
            continue
        if known.present != ALL or known.deprecated:
            attributes.add(module.rpartition(".")[2])
        there = {"": known.present}
        for name in sorted(table.names(module), key=lambda name: name.count(".")):
            entry = table.attribute(module, name)
            if entry is None:
                continue
            owner, _, last = name.rpartition(".")
            around = there.get(owner, known.present)
            there[name] = around & entry.present
            # What comes and goes with the module or class around it never fails by itself.
            if (around & ~entry.present or entry.deprecated) and last not in RARE:
                attributes.add(last)
                if last == "__enter__":
                    entered.add(owner.rpartition(".")[2])
            for word, mask in (table.parameters(module, name) or {}).items():
                if there[name] & ~mask:
                    called = owner.rpartition(".")[2] if last in MAKERS else last
                    parameters.setdefault(called, set()).add(word)
    builtins = {
        name
        for name in table.names("builtins")
        if "." not in name
        and (entry := table.attribute("builtins", name))
        and (entry.present != ALL or entry.deprecated)
    }
    return Names(
        frozenset(builtins),
        frozenset(attributes),
        {name: frozenset(words) for name, words in parameters.items()},
        frozenset(entered),
    )
