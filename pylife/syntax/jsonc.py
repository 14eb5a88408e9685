"""JSON with exact spans, also with comments and trailing commas (as editors' settings have).

JSON is YAML's flow style once comments and tabs are blanks, and blanks take the
same place: so the nodes are those of `pylife.syntax.yaml`, with its helpers.
"""

import re

from pylife.errors import UnreadableError
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node

_COMMENT = r"/\*(?:[^*]|\*(?!/))*+"
_LEXEME = re.compile(
    rf'"(?:[^"\\\n]|\\.)*"|//[^\n]*|{_COMMENT}(?:\*/|\Z)'
    rf"|,(?=(?:\s|//[^\n]*|{_COMMENT}\*/)*+[\]}}])|\t|#",
    re.S,
)


def compose(source: Source) -> Node | None:
    """The value of `source`; None for an empty file. Raises UnreadableError with the line."""
    text = _LEXEME.sub(lambda match: _blank(match[0], match.start(), source), source.text)
    plain = Source(source.path, text.encode())
    try:
        documents = yaml.compose_all(plain)
    except UnreadableError as error:
        raise UnreadableError(
            error.message.replace("not valid YAML", "not valid JSON"),
            path=source.path,
            line=error.line,
            column=error.column,
        ) from None
    if len(documents) > 1:
        raise UnreadableError("not valid JSON: several values", path=source.path, line=1)
    return documents[0] if documents else None


def _blank(lexeme: str, index: int, source: Source) -> str:
    """Blanks for what is no JSON, as many characters; strings as they are."""
    if lexeme[0] == '"':
        return lexeme
    if lexeme == "#" or (lexeme.startswith("/*") and not lexeme.endswith("*/", 2)):
        line = source.text.count("\n", 0, index) + 1
        what = "'#'" if lexeme == "#" else "a comment without an end"
        raise UnreadableError(f"not valid JSON: {what}", path=source.path, line=line)
    return re.sub(r"[^\n]", " ", lexeme)
