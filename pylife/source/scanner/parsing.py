"""A file's tree, and in words why there is none.

The parser's own warnings say which escapes and numbers it will not take for ever. What the host
cannot parse another Python may: `explain` names it where the words of the error or of the line
tell, and repeats the parser's message where they do not.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

from pylife.source.scanner.features import SyntaxUse, features, use
from pylife.source.scanner.versions import versions

# What of a line or of the parser's message points to which feature; the first that fits.
HINTS: tuple[tuple[str, str, str], ...] = (
    ("comprehension_star", "message", r"unpacking cannot be used in (dict )?comprehension"),
    ("except_bare", "message", r"multiple exception types must be parenthesized"),
    ("lazy_import", "line", r"^\s*lazy\s+(import|from)\b"),
    ("type_default", "line", r"^\s*(class|(async\s+)?def|type)\s+\w+\s*\[[^\]]*[^=!<>:]=[^=]"),
    ("type_statement", "line", r"^\s*type\s+\w+\s*[=\[]"),
    ("type_parameters", "line", r"^\s*(class|(async\s+)?def)\s+\w+\s*\["),
    ("template_string", "line", r"(?<![\w'\"])([tT][rR]?|[rR][tT])['\"]"),
    ("except_star", "line", r"^\s*except\s*\*"),
    ("fstring_quote", "message", r"f-string|unterminated string"),
    ("fstring_quote", "line", r"(?<![\w'\"])([fF][rR]?|[rR][fF])['\"]"),
    ("lambda_condition", "line", r"\bfor\b.*\bin\b.*\bif\s+lambda\b"),
)
# What has been no Python for longer than the table reaches back.
PYTHON_2 = re.compile(
    r"Missing parentheses in call to '(print|exec)'|leading zeros in decimal|<>|ur?'"
    r"|multiple exception types|invalid decimal literal"
)
PYTHON_2_LINE = re.compile(
    r"^\s*(print\s+[^\s(=]|exec\s+[^\s(=]|raise\s+\w+\s*,|except\s+\w+,\s*\w+:)|<>|`"
)
_LONGEST = 500
"""How much of a line is looked at: some of the patterns take long for long ones."""


def parse(source: bytes, name: str = "<unknown>") -> tuple[ast.Module, list[SyntaxUse]]:
    """A file's tree, with what the parser had to say; raises SyntaxError or ValueError."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(source, name)
        except SyntaxError as error:
            found = _recovered(source, name, error)
            if found is None:
                raise
            return found
    return tree, list(_warned(seen))


def _warned(seen: list[warnings.WarningMessage]) -> Iterator[SyntaxUse]:
    for warning in seen:
        message = str(warning.message)
        if "escape sequence" in message:
            yield use("escape", warning.lineno, 1)
        elif message.endswith("literal"):
            yield use("number_keyword", warning.lineno, 1)


def _recovered(
    source: bytes, name: str, error: SyntaxError
) -> tuple[ast.Module, list[SyntaxUse]] | None:
    """The tree of a file that only fails for comments in another encoding."""
    if "Non-UTF-8 code" not in str(error):
        return None
    text = source.decode("utf-8", "surrogateescape")
    marked = re.sub("[\udc80-\udcff]", "\ufffd", text)
    line = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(marked, newline="").readline):
            if "\ufffd" in token.string and token.type not in {
                tokenize.NEWLINE,
                tokenize.NL,
                tokenize.ENDMARKER,
            }:
                if token.type != tokenize.COMMENT:
                    return None
                line = line or token.start[0]
        tree = ast.parse(marked, name)
    except (SyntaxError, tokenize.TokenError):
        return None
    return tree, [use("comment_encoding", max(line, 1), 1)]


def explain(error: SyntaxError, host: tuple[int, int]) -> str:
    """Why a file was not parsed: the Python that it needs where that can be told."""
    message, line = (error.msg or "invalid syntax")[:_LONGEST], (error.text or "")[:_LONGEST]
    for name, where, pattern in HINTS:
        if not re.search(pattern, message if where == "message" else line):
            continue
        feature = features()[name]
        having = versions(feature.present)
        if having and host < having[0]:
            return f"needs Python {_dotted(having[0])} or newer: {feature.what}"
        if having and host > having[-1]:
            return f"needs Python {_dotted(having[-1])} or older: {feature.what}"
    if PYTHON_2.search(message) or PYTHON_2_LINE.search(line):
        return f"needs Python 2: {message}"
    return message


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
