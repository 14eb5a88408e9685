"""Taking credentials out of what is kept: logs, results of tests, reasons.

A credential is recognised as it is, and as programs write it into addresses,
headers, JSON and XML. A cell that was granted one can always disguise it in a
way that nobody recognises: granting is trusting.
"""

import base64
import html
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, quote_plus

MARK = "****"
"""What stands in its place."""
SHORTEST = 4
"""Characters: shorter ones would be found in any text."""
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_SHORTEST_ENCODED = 6
"""Of a part of base64, without what depends on the characters around."""


class Redactor:
    """Knows credentials in all their forms; false where there is none."""

    def __init__(self, values: Iterable[str]) -> None:
        found = {form for value in values if len(value) >= SHORTEST for form in _forms(value)}
        # A long form may have a short one in it.
        self._forms = sorted(found, key=lambda form: (-len(form), form))

    def __bool__(self) -> bool:
        return bool(self._forms)

    @property
    def longest(self) -> int:
        """Bytes of the longest form; 0 where there is none."""
        return len(self._forms[0]) if self._forms else 0

    def data(self, data: bytes) -> bytes:
        """`data` without them."""
        stream = Stream(self)
        return stream.feed(data) + stream.end()

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Where in `data` they stand, as half-open pairs of offsets."""
        found = []
        for form in self._forms:
            at = data.find(form)
            while at >= 0:
                found.append((at, at + len(form)))
                at = data.find(form, at + 1)
        return found

    def text(self, text: str) -> str:
        """`text` without them."""
        if not self._forms:
            return text
        encoded = text.encode("utf-8", "surrogateescape")
        return self.data(encoded).decode("utf-8", "surrogateescape")

    def files(self, paths: Iterable[Path]) -> None:
        """Write those of the files anew that have one; what is not there is no matter."""
        for path in paths if self._forms else ():
            try:
                before = path.read_bytes()
                after = self.data(before)
                if after != before:
                    path.write_bytes(after)
            except FileNotFoundError:
                continue


class Stream:
    """The same for bytes that come in pieces: what may be the beginning of one is held back."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._rest = b""
        self._marked = 0
        """Bytes at the beginning of the rest whose mark was shown."""

    def feed(self, data: bytes) -> bytes:
        """What can be shown of all that came and was not yet shown."""
        if not self._redactor:
            return data
        data = self._rest + data
        return self._shown(data, max(0, len(data) - self._redactor.longest + 1))

    def end(self) -> bytes:
        """What was held back."""
        return self._shown(self._rest, len(self._rest))

    def _shown(self, data: bytes, until: int) -> bytes:
        """`data` up to there: all that begins before is known to its end."""
        shown, at = [], 0
        for start, end in _joined([(0, self._marked), *self._redactor.spans(data)]):
            if start >= until:
                break
            # What overlaps is one, also with what was marked before.
            shown += [data[at:start], b"" if start < self._marked else MARK.encode()]
            at = end
        shown.append(data[at:until])
        self._rest, self._marked = data[until:], max(0, at - until)
        return b"".join(shown)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that overlap as one; sorted, without empty ones."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found


@lru_cache(maxsize=8)
def of(values: frozenset[str]) -> Redactor:
    """A redactor for these; made once."""
    return Redactor(values)


def _forms(value: str) -> set[bytes]:
    plain = {value, repr(value)[1:-1], json.dumps(value)[1:-1], value.replace("'", "\\'")}
    written = {*plain, quote(value), quote(value, safe=""), quote_plus(value)}
    # Percent signs with small letters are the same address.
    written |= {_PERCENT.sub(lambda found: found[0].lower(), form) for form in set(written)}
    for form in plain:
        unquoted = html.escape(form, quote=False)
        written |= {unquoted, unquoted.replace('"', "&quot;"), html.escape(form)}
    found = {form.encode("utf-8", "surrogateescape") for form in written}
    raw = value.encode("utf-8", "surrogateescape")
    for before in range(3):
        # Of base64 (basic authentication encodes `user:password`): what is the same
        # whatever stands around the value, for each place at which it can begin.
        encoded = base64.b64encode(bytes(before) + raw)
        part = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(part) >= _SHORTEST_ENCODED:
            found |= {part, part.translate(bytes.maketrans(b"+/", b"-_"))}
    found |= {raw.hex().encode(), raw.hex().upper().encode()}
    return {form for form in found if len(form) >= SHORTEST}
