"""Import statements: what they need, and what their names are from then on."""

import ast

from pylife.source.scanner.excepts import FROM, MODULE
from pylife.source.scanner.flags import version_of
from pylife.source.scanner.kinds import Module, Ref
from pylife.source.scanner.scopes import UNKNOWN, VALUE, Star
from pylife.source.scanner.table import Entry
from pylife.source.scanner.uses import Imported
from pylife.source.scanner.versions import ALL
from pylife.source.scanner.walk import Expressions


class Imports(Expressions):
    """The part of the walk that looks at imports."""

    def standard(self, name: str) -> Entry | None:
        """A module of the standard library; None for one of others or of this project."""
        if name.partition(".")[0] in self.first_party:
            return None
        return self.table.module(name)

    def import_(self, node: ast.Import) -> None:
        """`import a.b, c as d`."""
        for alias in node.names:
            name = alias.name
            entry = self.standard(name)
            first = name.partition(".")[0]
            bound = alias.asname or first
            if entry is None:
                if self.standard(first) is None:
                    self.foreign(node, name)
                    self.bind(bound, UNKNOWN)
                    continue
                self.risk()
                if alias.asname:
                    self.bind(bound, UNKNOWN)
                else:
                    self.bind(bound, VALUE, Module(first))
                continue
            self.use(alias, name, "module", MODULE, entry, self.lacking(name, entry))
            self.bind(bound, VALUE, Module(name if alias.asname else first), entry)

    def from_(self, node: ast.ImportFrom) -> None:
        """`from a import b as c`."""
        name = "" if node.level else node.module or ""
        for alias in node.names:
            if version_of(alias.name) is not None:
                self.speak(alias.asname or alias.name)
        if name == "__future__":
            self.kept_as_text |= any(alias.name == "annotations" for alias in node.names)
        entry = self.standard(name) if name else None
        if entry is None:
            if name and self.standard(name.partition(".")[0]) is None:
                self.foreign(node, name, tuple(alias.name for alias in node.names))
            self.risk()
            for alias in node.names:
                if alias.name == "*":
                    self.scope.star(Star(self.may, None))
                else:
                    self.bind(alias.asname or alias.name, UNKNOWN)
            return
        self.use(node, name, "module", MODULE, entry, self.lacking(name, entry))
        for alias in node.names:
            if alias.name == "*":
                self.everything(name)
            else:
                self.taken(alias, name, entry)

    def lacking(self, name: str, entry: Entry) -> int:
        """The Pythons on which a module is imported that they do not have."""
        failing = self.may & ~entry.present
        if failing & self.brought and name.partition(".")[0] == "distutils":
            failing &= ~self.brought
        return failing

    def everything(self, module: str) -> None:
        """`from module import *`."""
        self.scope.star(Star(self.may, module))
        for name in self.text.once(("names", module), lambda: self.partial(module)):
            self.starred[name] = module
            self.names.add(name)

    def partial(self, module: str) -> list[str]:
        """The names of a module that not every Python has."""
        found = []
        for name in self.table.names(module):
            entry = self.table.attribute(module, name) if name.isidentifier() else None
            if entry is not None and entry.present != ALL and not name.startswith("_"):
                found.append(name)
        return found

    def taken(self, alias: ast.alias, module: str, there: Entry) -> None:
        """One name of a module."""
        bound = alias.asname or alias.name
        full = f"{module}.{alias.name}"
        inner = self.table.module(full)
        entry = self.table.attribute(module, alias.name) if inner is None else inner
        if entry is None:
            self.risk()
            self.bind(bound, UNKNOWN)
            return
        failing = self.may & there.present & ~entry.present
        self.use(alias, full, "attribute" if inner is None else "module", FROM, entry, failing,
                 (module, alias.name))  # fmt: skip
        if alias.asname and alias.asname != alias.name:
            self.renamed[alias.asname] = alias.name
        if bound in self.hot.builtins:
            self.names.add(bound)
        value = Module(full) if inner is not None else Ref(module, alias.name)
        self.bind(bound, VALUE, value, entry)
        if alias.name in self.speaking:
            self.speak(bound)

    def bind(self, name: str, what: int, value: object = None, entry: Entry | None = None) -> None:
        """Bind a name; one that not every Python has can be asked for."""
        self.scope.bind(name, self.may, what, value)
        if self.unless:
            self.backed[name] = self.unless
        if not self.may:
            self.ahead.add(name)
        if self.attempts and entry is not None and entry.present != ALL:
            self.speak(name)
            if self.scope is self.module:
                self.shaky.add(name)
                self.renamed.setdefault(name, name)
        elif self.may != ALL and self.scope is self.module and not self.attempts:
            self.partly.add(name)
            self.names.add(name)

    def speak(self, name: str) -> None:
        """From here on a name speaks of the running Python."""
        self.speaking.add(name)
        self.names.add(name)

    def risk(self) -> None:
        """What is imported may not be there, for reasons that are not known."""
        for attempt in self.attempts:
            attempt.risky = True

    def foreign(self, node: ast.stmt, name: str, names: tuple[str, ...] = ()) -> None:
        """A module of somebody else, and what is taken from it."""
        if name.partition(".")[0] == "setuptools":
            self.brought |= self.may
        guarded = bool(self.unless)
        for attempt in reversed(self.attempts):
            if attempt.catches & MODULE:
                attempt.risky = True
                attempt.absent.append(name.partition(".")[0])
                guarded = guarded or bool(attempt.copes & MODULE)
                break
        if name.partition(".")[0] not in self.first_party:
            column = self.text.column(node.lineno, node.col_offset)
            self.imported.append(Imported(name, node.lineno, self.may, guarded, column, names))
