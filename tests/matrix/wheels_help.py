"""Wheels and build backends made in a test: what is installed needs no network."""

import zipfile
from pathlib import Path

BACKEND = """\
import os, sys, zipfile

NAME, VERSION, REQUIRES, TAG = {name!r}, "1.0", {requires!r}, {tag}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    with open({log!r}, "a") as log:
        print(NAME, "%d.%d" % sys.version_info[:2], file=log)
    info = f"{{NAME}}-{{VERSION}}.dist-info"
    name = f"{{NAME}}-{{VERSION}}-{{TAG}}.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {{NAME}}", f"Version: {{VERSION}}"]
    lines += [f"Requires-Dist: {{one}}" for one in REQUIRES]
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr(f"{{NAME}}.py", f"BUILT = {{sys.version_info[:2]!r}}\\n")
        wheel.writestr(f"{{info}}/METADATA", "\\n".join(lines) + "\\n")
        wheel.writestr(
            f"{{info}}/WHEEL",
            f"Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: {{TAG}}\\n",
        )
        wheel.writestr(f"{{info}}/RECORD", "")
    return name
"""
PURE = '"py3-none-any"'
EXTENSION = (
    '"cp%d%d-cp%d%d-" % (sys.version_info[:2] * 2)'
    ' + __import__("sysconfig").get_platform().replace("-", "_").replace(".", "_")'
)
"""The tag of a wheel that is good for one Python of this machine alone."""


def buildable(
    name: str, log: Path, *, requires: tuple[str, ...] = (), tag: str = PURE
) -> dict[str, str]:
    """A project that builds its wheel itself, and writes into `log` that it did."""
    return {
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            f'[project]\nname = "{name}"\nversion = "1.0"\n'
            f"dependencies = {list(requires)!r}\n"
        ),
        "backend.py": BACKEND.format(name=name, requires=requires, tag=tag, log=str(log)),
    }


def wheel(folder: Path, name: str, version: str, *requires: str) -> Path:
    """A wheel whose module tells its version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {one}" for one in requires]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", "")
    return path
