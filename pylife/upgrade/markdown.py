"""Text of projects in Markdown, where it means nothing but itself.

In a code span Markdown, HTML, `@mentions` and `#references` have no meaning.
"""

import re


def code(text: str) -> str:
    """`text` as a Markdown code span on one line."""
    plain = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip() or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def cell(text: str) -> str:
    """A code span for a table, where a bar would end it even there (GitHub's Markdown, 4.10)."""
    return code(text).replace("|", "\\|")


def shown(line: str) -> str:
    """A line of a diff without what would end it or drive who reads it."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)
