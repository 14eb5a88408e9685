"""The stages of a Dockerfile: their images, their variables, what they install.

Walks the instructions once, with `ARG` and `ENV` as Docker scopes them, and
gives each place that decides a Python. A place in the value of a variable
belongs to that variable (its group is `ARG NAME`), any other to its stage
(`stage build`, or by number `stage 0`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from pylife.declarations import versions
from pylife.declarations.authority import INHERITED
from pylife.declarations.base import File
from pylife.declarations.containers import dockerfile_run, images
from pylife.declarations.containers.dockerfile_places import ENV, FROM, PATHS, RUN, Place, Stage
from pylife.declarations.containers.dockerfile_run import PATH, Found
from pylife.model import Declaration, PythonVersion, Role, Span
from pylife.syntax import dockerfile
from pylife.syntax.dockerfile import Instruction
from pylife.syntax.placed import Placed, Value, expand, without

_BASES = 20
"""So many stages below one are looked at for what it stands on."""
_NAMES = {"PYTHON_VERSION", "PYTHON_VER", "PY_VERSION", "PYENV_VERSION", "UV_PYTHON"}
_ALWAYS = {"UV_PYTHON"}
"""Variables that a tool reads, also in an image of Python's own."""


_RUNS = re.compile(r"(?:\A|[\s\"'/;&|])(?:pip3?|python3?)[\s\"']")


class Walk:
    """One reading of a Dockerfile."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._global = Stage("", ())
        self._stage = self._global
        self._stages: dict[str, Stage] = {}
        self._count = 0
        self._owners: dict[int, str] = {}
        self._taken: set[int] = set()
        self._versions: dict[tuple[str, str], list[PythonVersion]] = {}

    def places(self) -> Iterator[Place]:
        """Each place that decides a Python, once."""
        for instruction in dockerfile.instructions(self._file.source):
            match instruction.keyword:
                case "FROM":
                    yield from self._end()
                    yield from self._from(instruction)
                case "ARG" | "ENV":
                    self._assign(instruction)
                    yield from self._commands(instruction)
                case "LABEL" | "MAINTAINER" | "EXPOSE" | "USER" | "STOPSIGNAL":
                    pass
                case _:
                    yield from self._commands(instruction)
        yield from self._end()

    def _from(self, instruction: Instruction) -> Iterator[Place]:
        words = [word for word in instruction.words if not word.text.startswith("--")]
        if not words:
            return
        named = len(words) == 3 and words[1].text.upper() == "AS"
        label = f"stage {words[2].text if named else self._count}"
        self._count += 1
        written = words[0]
        image = expand(written, self._global.args)
        base = self._stages.get(image.text.text.lower())
        if base is not None:
            line, env = (*base.line[-_BASES:], label), dict(base.env)
            self._stage = replace(base, label=label, line=line, args={}, env=env, named={})
        else:
            whole = self._file.source.span(written.places[0], written.places[-1] + 1)
            reference = "" if image.missing else image.text.text
            self._stage = Stage(label, (label,), reference, whole)
            for item in self._image(image, whole):
                self._stage.python = True
                if self._take(item.span):
                    yield Place(item, self._stage)
        if named:
            self._stages[words[2].text.lower()] = self._stage

    def _image(self, image: Value, whole: Span) -> Iterator[Declaration]:
        """What the image of a FROM says."""
        label, text = self._stage.label, image.text
        if image.missing is not None:
            if "python" in text.text:
                reason = f"{image.missing} has no default: it is given to the build"
                yield self._file.unreadable(FROM, Role.RUNS_ON, whole, reason, group=label)
            return
        found = images.python_of(text.text)
        group = self._owners.get(text.places[found[1]], label) if found else label

        def at(start: int, end: int) -> Span | None:
            part = text.around(found[1:], (start, end)) if found else None
            return self._file.source.span(part.places[0], part.places[-1] + 1) if part else None

        yield from images.declare(self._file, FROM, text.text, whole, at, group=group)

    def _assign(self, instruction: Instruction) -> None:
        """Take up the variables that an ARG or ENV gives."""
        stage, arg = self._stage, instruction.keyword == "ARG"
        values = stage.values
        target = stage.args if arg else stage.env
        words = list(instruction.words)
        if not arg and words and "=" not in words[0].text:  # the old form, `ENV NAME value`
            pairs = [(words[0].text, words[1])] if len(words) == 2 else []
        else:
            pairs = [_split(word) for word in words if "=" in word.text]
            for word in words if arg else ():
                if "=" not in word.text:
                    outer = self._global.args.get(word.text)
                    target[word.text] = outer or without(word.text, word)
                    self._note(word.text, target[word.text])
        # What stands in one instruction means what it meant before it.
        given = {name: expand(_unquoted(value), values) for name, value in pairs}
        place = "" if stage is self._global else f"{stage.label} "
        for name, value in pairs:
            for index in value.places:
                self._owners.setdefault(index, f"{place}{instruction.keyword} {name}")
            target[name] = given[name]
            self._note(name, given[name])

    def _note(self, name: str, value: Value) -> None:
        if name in _NAMES and self._stage is not self._global:
            self._stage.named[name] = value

    def _end(self) -> Iterator[Place]:
        """What is known at the end of a stage: its variables, the distribution's own Python."""
        stage = self._stage
        for name, value in stage.named.items():
            python = versions.named(value.text.text) if value.missing is None else None
            if python is None or (stage.python and name not in _ALWAYS):
                continue  # no image or command took it up, and it says nothing
            found = Found(0, len(value.text.text), python, dockerfile_run.OTHER)
            yield from self._place(ENV, value.text, found)
        told = stage.python or stage.chosen or stage.system or stage.release is not None
        if stage.image and stage.runs and not told and self._take(stage.whole):
            reason = "the image does not say its Python: name it in [images] of pylife.toml"
            yield Place(
                self._file.unreadable(
                    INHERITED, Role.RUNS_ON, stage.whole, reason, group=stage.label
                ),
                stage,
            )
        release = stage.release if stage.system and not (stage.python or stage.chosen) else None
        if release is not None and self._take(stage.whole):
            note = f"{release.name}'s python3 ({release.source})"
            yield Place(
                self._file.listed(
                    INHERITED,
                    Role.RUNS_ON,
                    stage.whole,
                    [release.python],
                    group=stage.label,
                    note=note,
                ),
                stage,
            )

    def _commands(self, instruction: Instruction) -> Iterator[Place]:
        """The packages and paths of one instruction; only a RUN installs any."""
        stage = self._stage
        text = expand(instruction.text, stage.values).text
        scan = dockerfile_run.scan(text.text)
        runs = instruction.keyword in {"RUN", "ONBUILD"}
        for found in scan.found:
            if runs or found.how == PATH:
                yield from self._place(PATHS if found.how == PATH else RUN, text, found)
        if runs or instruction.keyword in {"CMD", "ENTRYPOINT"}:
            stage.runs |= _RUNS.search(text.text) is not None
        if runs:
            stage.deadsnakes |= scan.deadsnakes
            stage.system |= scan.system

    def _place(self, site: str, text: Placed, found: Found) -> Iterator[Place]:
        """The declaration of `found` in `text`, unless it is declared already."""
        version = text[found.start : found.end]
        if not version.text or not version.contiguous:
            return
        span = self._file.source.span(version.places[0], version.places[-1] + 1)
        if not self._take(span):
            return
        release = self._stage.release
        own = release is not None and found.python == release.python
        self._stage.chosen |= site in {RUN, ENV} and not own
        owner = self._owners.get(version.places[0])
        group = owner or self._group(site, found.python)
        note = images.pin(version.text)
        item = self._file.listed(site, Role.RUNS_ON, span, [found.python], group=group, note=note)
        yield Place(item, self._stage, found)

    def _group(self, site: str, python: PythonVersion) -> str:
        """The stage, with a number for the second and further Pythons that it names so."""
        seen = self._versions.setdefault((site, self._stage.label), [])
        if python not in seen:
            seen.append(python)
        number = seen.index(python) + 1
        return self._stage.label if number == 1 else f"{self._stage.label} #{number}"

    def _take(self, span: Span) -> bool:
        """Whether nothing of `span` is declared yet; from now on it is."""
        own = range(span.start, span.end)
        if not own or not self._taken.isdisjoint(own):
            return False
        self._taken.update(own)
        return True


def _split(word: Placed) -> tuple[str, Placed]:
    name = word.text.partition("=")[0]
    return name, word[len(name) + 1 :]


def _unquoted(value: Placed) -> Placed:
    text = value.text
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return value[1:-1]
    return value
