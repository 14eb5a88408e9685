"""Source code of other languages, with comments told from strings; nothing is parsed further.

Knows what C's family shares (JavaScript, TypeScript, Go, Java, C#): `//` and
`/* */` comments, strings in double, single and back quotes, and text blocks in
three double quotes. Regular expression literals are not known.
"""

import re
from bisect import bisect_right
from typing import NamedTuple

# What is not closed ends with its line, or with the file: each token is found in one go.
_LEXEME = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"""
    r'''|"""(?:[^\\]|\\.)*?(?:"""|\Z)'''
    r"""|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\.)*`?""",
    re.S,
)


class Code(NamedTuple):
    """`text` with blanks for comments, character for character; where `strings` start and end."""

    text: str
    strings: tuple[tuple[int, int], ...]

    def is_string(self, start: int, end: int) -> bool:
        """Whether the characters `start` to `end` are one string with its quotes."""
        place = bisect_right(self.strings, (start, end)) - 1
        return place >= 0 and self.strings[place] == (start, end)

    def in_string(self, index: int) -> bool:
        """Whether the character at `index` is inside a string, or one of its quotes."""
        place = bisect_right(self.strings, (index, len(self.text) + 1)) - 1
        return place >= 0 and index < self.strings[place][1]


def read(text: str) -> Code:
    """`text` as code."""
    parts, strings, at = [], [], 0
    for match in _LEXEME.finditer(text):
        if match["comment"] is None:
            strings.append(match.span())
            continue
        parts += [text[at : match.start()], re.sub(r"[^\n]", " ", match[0])]
        at = match.end()
    return Code("".join([*parts, text[at:]]), tuple(strings))
