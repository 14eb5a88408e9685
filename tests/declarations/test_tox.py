"""tox and nox files that are made to be slow to read."""

import time

import pytest

from pylife import declarations
from pylife.syntax.text import Source

TOX = b"[tox]\nenvlist = "
REFERENCES = b"[a]\nx={[a]y}{[a]y}{[a]y}\ny={[a]x}{[a]x}{[a]x}\n[tox]\nenvlist={[a]x}\n"
SESSION = b"@nox.session(python=P[1:])\ndef a(s): ...\n"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("tox.ini", TOX + b"{a,b}" * 20_000),
        ("tox.ini", TOX + b"{" * 100_000),
        ("tox.ini", TOX + b"py{9-99999999999}, py{39,311-3999999}"),
        ("tox.ini", b"[testenv]\nbasepython = " + b"{a}" * 10_000),
        ("tox.ini", REFERENCES),
        (
            "tox.toml",
            b"env_list = [{product = [" + b"['py39', 'a']," * 60 + b"], exclude = ['x']}]",
        ),
        ("tox.toml", b"env_list = [{prefix = 'py3', start = 1, stop = 999999999}]"),
        ("noxfile.py", b"P = [f'3.{n}' for n in range(9, 10**9)]\n" + SESSION),
        ("noxfile.py", b"P = [" + b"'3.9', " * 3000 + b"]\n" + SESSION * 100),
        ("noxfile.py", b"P = Q[1:]\nQ = P[1:]\n" + SESSION),
    ],
)
def test_no_file_takes_long(path: str, data: bytes) -> None:
    began = time.perf_counter()
    declarations.read_source(Source(path, data))
    assert time.perf_counter() - began < 5  # it is the order that matters; slow machines exist
