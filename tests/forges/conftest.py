"""What the tests of forges share: a GitHub peer, and no way out of this machine."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.forges.peer import Clock, Peer

START = 1_795_219_200.0
"""2026-11-21 00:00 UTC."""


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever connects to another machine fails, and says where it wanted to go."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _stay(address[0])
        connect(self, address)

    def looked_up(host: Any, *arguments: Any, **more: Any) -> Any:
        if host not in {None, "localhost", ""}:
            _stay(host)
        return lookup(host, *arguments, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


def _stay(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        inside = name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise OSError(f"a test wants to connect to {name}")


@pytest.fixture
def clock() -> Clock:
    """The peer's time, which stands still."""
    return Clock(START)


@pytest.fixture
def peer(tmp_path: Path, clock: Clock) -> Iterator[Peer]:
    """A GitHub; the test fails where a message was not as GitHub describes it."""
    with Peer(tmp_path / "peer", clock=clock) as started:
        yield started
