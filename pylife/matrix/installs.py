"""Why an installation failed, from what uv or pip said: a dependency, or this machine.

The texts are those of uv 0.13 and pip 26, older ones of uv included.
"""

import re

from pylife.model import CellStatus

COMMAND = re.compile(
    r"\b(?:uv(?:x)? (?:pip|sync|run|lock|add)|pip3? (?:install|wheel|download)|-m pip"
    r"|(?:poetry|pdm|hatch|pipenv|conda|mamba) (?:install|sync|env|create|update))\b"
)
"""A command of a session that installs, rather than tests."""

_NETWORK = re.compile(
    r"Connection refused|Connection reset|timed out|dns error|error sending request"
    r"|Temporary failure in name resolution|Name or service not known|Network is unreachable"
    r"|network was disabled|certificate"
    r"|HTTP status (?:server error|client error \((?:401|403|407|429))"
    r"|\b(?:50[0234]) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time)",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"No space left on device|Cannot allocate memory|Disk quota exceeded"
                      r"|Read-only file system|Too many open files", re.IGNORECASE)  # fmt: skip
_NOT_BUILT = re.compile(r"not-built/([A-Za-z0-9_.]+)-0-py3-none-any\.whl")
_NO_WHEEL = ", of this fleet, has no wheel"
_LACKING = re.compile(r"([a-z0-9][a-z0-9-]*)" + re.escape(_NO_WHEEL))
_BUILD = re.compile(
    r"Failed to (?:build|download and build|prepare)(?: distribution for)? `([^`]+?)(?: @ [^`]*)?`"
    r"|Failed building wheel for (\S+)"
)
_BACKEND = re.compile(r"The build backend returned an error|Call to `[^`]+` failed"
                      r"|subprocess-exited-with-error|metadata-generation-failed")  # fmt: skip
_BECAUSE = re.compile(r"Because (.+?)(?:, we can conclude|\.?$)", re.DOTALL)
_PYTHON = re.compile(
    r"(?:only (?P<one>[\w.\[\],-]+)==\S+ is available and )?"
    r"the current Python version \((?P<have>[^)]+)\) does not satisfy Python(?P<needs>[^ ]+)"
    r"(?: and (?P<other>[\w.\[\],-]+==\S+) depends on)?"
)
"""uv, where a package of the solution refuses the environment's Python."""
_PIP_NONE = re.compile(r"No matching distribution found for (.+)")
_RAISED = re.compile(r"^\s*(\w*(?:Error|Exception|SystemExit)\b.*)$", re.MULTILINE)


def machine(text: str) -> str | None:
    """The line that shows this machine at fault (disk, memory), or None."""
    match = _MACHINE.search(text)
    return _line(text, match.start()) if match else None


def lacking(reason: str) -> str | None:
    """The library of the fleet that `explain` says has no wheel; None where it says no such."""
    found = _LACKING.search(reason)
    return found[1] if found else None


def explain(text: str) -> tuple[CellStatus, str]:
    """Status and reason of a failed installation whose output is `text`."""
    if found := _NOT_BUILT.search(text):
        name = found[1].replace("_", "-")
        return CellStatus.BLOCKED, f"{name}{_NO_WHEEL}"
    if line := machine(text):
        return CellStatus.INFRASTRUCTURE, line
    if found := _NETWORK.search(text):
        return CellStatus.INFRASTRUCTURE, f"no network: {_line(text, found.start())}"
    if found := _PYTHON.search(re.sub(r"\s+", " ", text)):
        who = found["one"] or found["other"]
        return (
            CellStatus.BLOCKED,
            f"{who} needs Python {found['needs'].rstrip(',')}, not {found['have']}",
        )
    if "No solution found" in text and (found := _BECAUSE.search(text)):
        because = re.sub(r"[\s│]+", " ", found[1])
        return CellStatus.BLOCKED, f"no solution: {because}"
    if found := _BUILD.search(text):
        return CellStatus.BLOCKED, f"{found[1] or found[2]} does not build{_raised(text)}"
    if _BACKEND.search(text):
        return CellStatus.BLOCKED, f"the project itself does not build{_raised(text)}"
    if found := _PIP_NONE.search(text):
        return CellStatus.BLOCKED, f"nothing found for {found[1]}"
    said = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in said if line.lstrip().lower().startswith(("error", "\u00d7"))]
    return CellStatus.BLOCKED, f"the installation failed: {(errors or said or [''])[0].strip()}"


def _raised(text: str) -> str:
    """What the build raised, else the last line that it wrote to stderr."""
    found: list[str] = _RAISED.findall(text)
    if not found and "[stderr]" in text:
        lines = [line.strip() for line in text.rpartition("[stderr]")[2].splitlines()]
        found = [line for line in lines if line and not line.startswith(("hint:", "nox > "))]
    return f": {found[-1]}" if found else ""


def _line(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)].strip()
