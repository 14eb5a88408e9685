"""The sets of requirements of a package, by whichever of its metadata files says them."""

from pylife.fleet.identity import normal
from pylife.syntax.toml import Document
from pylife.workflow.dependencies.inputs import pyproject
from pylife.workflow.dependencies.inputs.files import Files
from pylife.workflow.dependencies.inputs.lines import Reader, parts
from pylife.workflow.dependencies.inputs.poetry import Poetry
from pylife.workflow.dependencies.inputs.records import Group, Sort

_BROKEN = ("pyproject.toml ", "setup.cfg ", "setup.py ")


def groups(files: Files, poetry: Poetry | None) -> list[Group]:
    """The plain set, the extras and the developers' groups; nothing of what is no package.

    Where a metadata file cannot be read, there is a plain set of which nothing is known.
    """
    return _Metadata(files).groups(poetry)


def poetry_of(files: Files) -> Poetry | None:
    """`[tool.poetry]`, where there is one."""
    if files.pyproject is None or not files.pyproject.table("tool", "poetry"):
        return None
    return Poetry(files.pyproject)


def group(sort: Sort, name: str, reader: Reader) -> Group:
    """What a reader has read, as a set."""
    return Group(sort, name, tuple(reader.lines), tuple(reader.unknown))


class _Metadata:
    def __init__(self, files: Files) -> None:
        self.files = files
        self.cfg = files.cfg
        self.script = files.script

    def groups(self, poetry: Poetry | None) -> list[Group]:
        document = self.files.pyproject
        if document is not None and document.table("project"):
            run, extras = self._standard(document, poetry)
        elif poetry is not None and ("name" in poetry.table or "dependencies" in poetry.table):
            run = poetry.run()
            extras = dict(poetry.extras())
        elif document is not None and document.table("tool", "flit", "metadata"):
            run = Reader()
            pyproject.listed(document, run, "tool", "flit", "metadata", "requires")
            extras = pyproject.extras(document)
        elif self._by_setuptools():
            run = self._setuptools() or Reader()
            extras = self._setuptools_extras(run)
        else:
            broken = [one for one in self.files.problems if one.startswith(_BROKEN)]
            if not broken:
                return list(pyproject.groups(document)) if document is not None else []
            return [Group(Sort.RUN, "", (), tuple(broken))]
        found = [group(Sort.RUN, "", run)]
        found += [group(Sort.EXTRA, name or "*", reader) for name, reader in sorted(extras.items())]
        found += pyproject.groups(document) if document is not None else ()
        found += poetry.groups() if poetry is not None else ()
        return found

    def _standard(
        self, document: Document, poetry: Poetry | None
    ) -> tuple[Reader, dict[str, Reader]]:
        """What `[project]` says, and where it leaves that to something else, what that says."""
        dynamic = pyproject.Dynamic(document)
        run = Reader()
        extras = pyproject.extras(document)
        if "dependencies" not in dynamic.names:
            pyproject.listed(document, run, "project", "dependencies")
            if poetry is not None and document.get("project", "dependencies") is None:
                run = poetry.run()
        elif files := dynamic.files("dependencies"):
            for path in files:
                self.files.take(path, run)
        elif poetry is not None and "dependencies" in poetry.table:
            run = poetry.run()
        else:
            found = self._setuptools()
            if found is None:
                run.missing("pyproject.toml", document.line("project", "dynamic"),
                            "dependencies are dynamic: only a build would tell them")  # fmt: skip
            run = found or run
        if "optional-dependencies" in dynamic.names:
            extras |= self._dynamic_extras(dynamic, run)
        return run, extras

    def _dynamic_extras(self, dynamic: pyproject.Dynamic, run: Reader) -> dict[str, Reader]:
        document = dynamic.document
        found: dict[str, Reader] = {}
        told = ("tool", "setuptools", "dynamic", "optional-dependencies")
        for name in document.table(*told):
            reader = found.setdefault(normal(name), Reader())
            for path in dynamic.files("optional-dependencies", name) or ():
                self.files.take(path, reader)
        found = found or self._setuptools_extras(run)
        if not found:
            reader = found.setdefault("", Reader())
            reader.missing("pyproject.toml", document.line("project", "dynamic"),
                           "optional-dependencies are dynamic")  # fmt: skip
        return found

    def _by_setuptools(self) -> bool:
        """Whether setup.py, or setup.cfg with metadata, makes a package of it."""
        cfg = self.cfg
        told = cfg is not None and bool({"metadata", "options"} & set(cfg.document.sections))
        return told or (self.script is not None and self.script.found)

    def _setuptools(self) -> Reader | None:
        """What setup.cfg or setup.py requires; None where neither speaks of it."""
        found = self.cfg.run() if self.cfg is not None else None
        if found is None and self._by_pbr():
            found = Reader()
            self.files.take("requirements.txt", found)
        if found is None and self.script is not None:
            found = self.script.run()
        return found

    def _by_pbr(self) -> bool:
        """Whether pbr takes `requirements.txt` for what is required, which it does if it is there.

        Source: pbr's documentation, "Features".
        """
        if "requirements.txt" not in self.files.names:
            return False
        document = self.files.pyproject
        built = document.get("build-system", "requires") if document is not None else None
        needed = [parts(text) for text in pyproject.strings(built)]
        return any(one is not None and one.name == "pbr" for one in needed) or (
            self.script is not None and self.script.reads_requirements_txt
        )

    def _setuptools_extras(self, run: Reader) -> dict[str, Reader]:
        found = self.cfg.extras(run) if self.cfg is not None else {}
        return found or (self.script.extras(run) if self.script is not None else {})
