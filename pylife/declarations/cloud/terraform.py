"""Terraform and OpenTofu: the Pythons of functions, web apps, jobs and images.

Read are the runtimes of AWS Lambda and Google Cloud Functions, Azure's
`python_version` and `linux_fx_version`, `spark_version` of Databricks, and
images. `var.NAME` is followed to its default, `local.NAME` to its value, in the
same file; a variable whose name says what it is (`lambda_runtime`,
`python_version`) is read where it stands.

Source: the providers' documentation in the Terraform registry (aws, google,
azurerm, databricks), as at their present major versions.
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role, Span
from pylife.syntax import blocks
from pylife.syntax.blocks import Entry

_RUNTIME = "terraform-runtime"
_LAYER = "terraform-compatible-runtimes"
_VERSION = "terraform-python-version"
_FX = "terraform-linux-fx-version"
_SPARK = "terraform-spark-version"
_IMAGE = "terraform-image"

_RUNTIME_KEY = re.compile(r"(?:\w+_)?runtimes?")
_VERSION_KEY = re.compile(r"(?:\w+_)?python_version")
_VERSION_TEXT = re.compile(r"3\.\d{1,2}")
_FX_TEXT = re.compile(r"python\|(?P<version>.*)", re.IGNORECASE)
_SITES = {"linux_fx_version": _FX, "spark_version": _SPARK, "image": _IMAGE, "image_uri": _IMAGE}


def read(file: File) -> Iterator[Declaration]:
    """The declarations of the file, each place once."""
    found = list(blocks.entries(file.source.text))
    named = _named(found)
    seen = set()
    used: dict[str, int] = {}
    for entry in found:
        site = _site(entry)
        if site is None:
            continue
        for item in _followed(file, site, entry, named):
            if item.span not in seen:
                seen.add(item.span)
                used[item.group] = number = used.get(item.group, 0) + 1
                alone = entry.listed or number == 1
                yield item if alone else item._replace(group=f"{item.group} {number}")


def _followed(
    file: File, site: str, entry: Entry, named: dict[str, Entry]
) -> Iterator[Declaration]:
    if entry.kind != "reference":
        yield from _declaration(file, site, entry)
    elif entry.text in named:
        yield from _declaration(file, site, named[entry.text])
    else:
        yield from _unknown(file, site, entry)


def _named(found: list[Entry]) -> dict[str, Entry]:
    """What `var.NAME` and `local.NAME` stand for, where that is a literal of the file."""
    names: dict[str, Entry] = {}
    for entry in found:
        if entry.kind not in {"string", "number"} or entry.listed:
            continue
        match _headers(entry), entry.key:
            case ("variable", name), "default":
                names[f"var.{name}"] = entry
            case ("locals",), name:
                names[f"local.{name}"] = entry
    return names


def _site(entry: Entry) -> str | None:
    """The kind of place that an entry is, judged by its key and the blocks around it."""
    key = entry.key
    match _headers(entry):
        case ("variable", name) if key == "default":
            key = name
            if _VERSION_KEY.fullmatch(key) and _VERSION_TEXT.fullmatch(entry.text):
                return _VERSION
    if _RUNTIME_KEY.fullmatch(key) and (entry.kind != "string" or _is_runtime(entry.text)):
        return _LAYER if entry.listed else _RUNTIME
    if key == "python_version" and _has_python_version(entry):
        return _VERSION
    return None if entry.listed else _SITES.get(entry.key)


def _is_runtime(text: str) -> bool:
    return runtimes.NAME.fullmatch(text) is not None


def _headers(entry: Entry) -> tuple[str, ...]:
    """The words of the blocks around an entry: alike in HCL and in its JSON syntax."""
    return tuple(word for header in entry.path for word in header)


def _has_python_version(entry: Entry) -> bool:
    """Whether `python_version` is Azure's, or of a Glue job that names more than `3`."""
    headers = _headers(entry)
    glue = "aws_glue_job" in headers and "." in entry.text and entry.kind == "string"
    return glue or "application_stack" in headers or "site_config" in headers


def _unknown(file: File, site: str, entry: Entry) -> Iterator[Declaration]:
    """A reference whose value is elsewhere: sure to be a Python only under Azure's key."""
    if site == _VERSION and not _in_variables(file, entry.text):
        reason = f"{entry.text} has no literal value in this file"
        span = file.source.span(entry.start, entry.end)
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=_group(entry))


def _in_variables(file: File, reference: str) -> bool:
    """Whether `variables.tf` beside the file gives the value, and is read for it."""
    folder, _, name = file.path.rpartition("/")
    beside = file.around.beside(f"{folder}/variables.tf".lstrip("/"))
    if beside is None or name == "variables.tf" or not _VERSION_KEY.fullmatch(reference[4:]):
        return False
    return reference in _named(list(blocks.entries(beside.source.text)))


def _declaration(file: File, site: str, entry: Entry) -> Iterator[Declaration]:
    span = file.source.span(entry.start, entry.end)
    group = _group(entry)
    certain = site in {_SPARK, _VERSION} or (site == _FX and _FX_TEXT.match(entry.text))
    if entry.kind == "computed" and certain:
        reason = "filled in when it is applied"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    if entry.kind == "number" and site == _VERSION:
        yield file.number_named(site, Role.RUNS_ON, span, entry.text, "HCL", group=group)
    if entry.kind != "string":
        return
    if site == _IMAGE:
        yield from _image(file, entry, span, group)
    elif site == _SPARK:
        yield runtimes.databricks(file, site, entry.text, span, group)
    elif site == _FX:
        match = _FX_TEXT.fullmatch(entry.text)
        if match is not None:
            place = file.source.span(entry.start + match.start("version"), entry.end)
            yield file.python_named(site, Role.RUNS_ON, place, match["version"], group=group)
    elif site == _VERSION or _is_runtime(entry.text):
        yield file.python_named(site, Role.RUNS_ON, span, entry.text, group=group)


def _image(file: File, entry: Entry, whole: Span, group: str) -> Iterator[Declaration]:
    def at(start: int, end: int) -> Span:
        return file.source.span(entry.start + start, entry.start + end)

    yield from images.declare(file, _IMAGE, entry.text, whole, at, group=group)


def _group(entry: Entry) -> str:
    """Such as `aws_lambda_function.api.runtime`."""
    words = [word for word in _headers(entry) if word != "resource"]
    return ".".join([*words, entry.key])


READER = Reader(
    name="terraform",
    title="Terraform and OpenTofu",
    read=read,
    editors={
        _RUNTIME: runtimes.edit_runtime,
        _LAYER: runtimes.edit_runtimes,
        _VERSION: runtimes.edit_number,
        _FX: edit_single,
        _IMAGE: images.edit_image,
    },
    contextual=True,
)
