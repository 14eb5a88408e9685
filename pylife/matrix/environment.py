"""What a cell may see of the environment: a short list, and nothing that looks like a secret.

Variables are passed by name from a fixed list and the preset's own. What is a
credential by its name (`pylife.matrix.secrets`), a value with credentials in a
URL (`https://user:password@...`) and the name of a settings file that holds a
password are not passed even then, unless the preset grants them. HOME is the
cell's own, so that no netrc, keyring or token file is found through it, and uv's
cache the project's own.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pylife.matrix import secrets, tools
from pylife.matrix.base import Interpreter

_PASSED = (
    # locale and place for temporary files
    "LANG", "LANGUAGE", "TZ", "TMPDIR",
    # proxies, in both spellings
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    # certificates
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT",
    "UV_SYSTEM_CERTS", "UV_NATIVE_TLS",
    # the package index
    "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS",
    "UV_INDEX_STRATEGY", "UV_NO_INDEX", "UV_OFFLINE", "UV_EXCLUDE_NEWER", "UV_CONFIG_FILE",
    "UV_HTTP_TIMEOUT", "UV_LINK_MODE",
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX",
    "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT",
)  # fmt: skip
_FILES = ("UV_CONFIG_FILE", "PIP_CONFIG_FILE")
"""Name files that may hold passwords."""
_PASSWORD = re.compile(r"://[^/\s@]*@|password")


def cleaned(
    source: Mapping[str, str],
    *,
    home: Path,
    cache: Path,
    interpreters: Sequence[Interpreter] = (),
    first: Path | None = None,
    also: Sequence[str] = (),
    grant: Sequence[str] = (),
) -> dict[str, str]:
    """The environment of a cell, made from `source` (usually os.environ).

    `home` becomes HOME, `cache` uv's cache; `first` and the folders of
    `interpreters` come first on PATH; `also` are the names that the preset adds,
    `grant` those that it adds though they are credentials.
    """
    names = {*_PASSED, *also, *(name for name in source if name.startswith("LC_"))}
    passed = {
        name: source[name]
        for name in sorted(names)
        if name in source and not _is_secret(name, source[name])
    }
    passed |= {name: source[name] for name in sorted(grant) if name in source}
    folders = [first] if first is not None else []
    folders += [one.path.parent for one in sorted(interpreters, key=_version, reverse=True)]
    path = dict.fromkeys([*map(str, folders), *source.get("PATH", os.defpath).split(os.pathsep)])
    return {
        **passed,
        "UV_CACHE_DIR": str(cache),
        "HOME": str(home),
        "PATH": os.pathsep.join(path),
        "UV": tools.uv(),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "NOX_DOWNLOAD_PYTHON": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # What was printed last is in the log also of what was ended, and in order.
        "PYTHONUNBUFFERED": "1",
    }


def _is_secret(name: str, value: str) -> bool:
    if secrets.kind_of(name, value) is not None or secrets.has_credentials(value):
        return True
    try:
        return name in _FILES and bool(_PASSWORD.search(Path(value).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return False


def _version(interpreter: Interpreter) -> tuple[int, int, bool]:
    return interpreter.version


def copy_uv_settings(source: Mapping[str, str], home: Path) -> None:
    """Give the cell the user's uv.toml, which may name an index, unless it holds credentials."""
    base = source.get("XDG_CONFIG_HOME") or str(
        Path(source.get("HOME", "~")).expanduser() / ".config"
    )
    settings = Path(base) / "uv" / "uv.toml"
    try:
        content = settings.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if _PASSWORD.search(content):
        return
    target = home / ".config" / "uv" / "uv.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")
