"""What uv may know of this process's environment, and what must not be told of it.

uv gets what it needs to reach an index: PATH, the home folder, proxies, certificates, and the
credentials that uv itself defines (`UV_INDEX_<NAME>_USERNAME`, netrc, keyring). Nothing else:
neither settings that would change a verdict, such as `UV_INDEX_STRATEGY`, nor tokens of forges.
"""

import re
from collections.abc import Mapping

_PASSED = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "NETRC",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "SSL_CLIENT_CERT",
        "UV_CACHE_DIR",
        "UV_CONCURRENT_DOWNLOADS",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INSECURE_HOST",
        "UV_KEYRING_PROVIDER",
        "UV_NATIVE_TLS",
        "UV_SYSTEM_CERTS",
    }
)
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
_CREDENTIAL = re.compile(r"UV_INDEX_\w+_(USERNAME|PASSWORD)")
_USERINFO = re.compile(r"(?<=://)[^/\s@'\"`]+@")
_ALWAYS = {
    "NO_COLOR": "1",
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    # What the resolver looked at, and what each release asked for: see `trace`.
    "RUST_LOG": "uv_resolver=debug",
}
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which uv runs, made from that of this process.

    A private certificate authority that only pip or requests was told of is told to uv too.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name in _PASSED or name.lower() in _PROXIES or _CREDENTIAL.fullmatch(name)
    }
    if not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & kept.keys():
        bundle = next((environment[name] for name in _BUNDLES if environment.get(name)), None)
        if bundle is not None:
            kept["SSL_CERT_FILE"] = bundle
    return kept | _ALWAYS


def redact(text: str, environment: Mapping[str, str]) -> str:
    """`text` without credentials: those within addresses, and passwords of indexes."""
    text = _USERINFO.sub("", text)
    for name, value in environment.items():
        if name.endswith("_PASSWORD") and len(value) > 3 and _CREDENTIAL.fullmatch(name):
            text = text.replace(value, "****")
    return text
