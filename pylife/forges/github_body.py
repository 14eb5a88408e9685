"""The text of a pull request, and what it tells of itself in a hidden line.

That line is the last of what pylife wrote; whatever people add below it stays. It holds
the title and the digest of the text as pylife wrote them, so that what people changed
since is told from what pylife would change: a changed title is theirs for good; a changed
text stays until pylife has something else to say; text without the line is theirs for good.
Boxes that people tick are no change, and stay ticked where the line is still there.
"""

import hashlib
import json
import re
from typing import Any, NamedTuple

from pylife.model import Proposed

Json = dict[str, Any]

SCHEMA = "pylife/wrote/1"
LIMIT = 65_536
"""Characters that GitHub takes in a body ("body is too long (maximum is 65536 characters)")."""
ABANDONED = "[abandoned] "
AUTOCLOSED = " - autoclosed"

_MARK = re.compile(r"^<!-- pylife-wrote: (\{.*\}) -->[ \t]*$", re.MULTILINE)
_BOX = re.compile(r"^(\s*[-*+] )\[[ xX]\] (.*)$")
_AGAIN = "<!-- pylife-again -->"
_ASKED = re.compile(rf"^\s*[-*+] \[[xX]\] {_AGAIN}", re.MULTILINE)
_FOOTER = (
    "Closed without merging, this is not proposed again unless somebody reopens it."
    " What is written below stays.\n\n"
    f"- [ ] {_AGAIN} Make this branch anew, without what people committed to it"
)
_REMARK = "*Shortened: the whole is longer than what GitHub takes.*"


class Wrote(NamedTuple):
    """What pylife wrote last: for which project and branch, and what people may have changed.

    `base` is the base branch's name; `body` is a digest. `state` is empty, `retired` or
    `abandoned`; `forced` is why a person has it proposed whatever the tests say.
    """

    project: str
    branch: str
    base: str
    title: str
    body: str = ""
    draft: bool = False
    state: str = ""
    forced: str = ""


class Text(NamedTuple):
    """A body in its parts: pylife's text, what its hidden line says, and what people added.

    `wrote` is None where the line is missing or broken: then `own` is all there is.
    """

    own: str
    wrote: Wrote | None
    below: str

    @property
    def touched(self) -> bool:
        """Whether people changed pylife's own text."""
        return self.wrote is None or digest(self.own) != self.wrote.body

    @property
    def again(self) -> bool:
        """Whether people ticked the box that asks for the branch to be made anew."""
        return self.wrote is not None and _ASKED.search(self.own) is not None


def read(body: str | None) -> Text:
    """The parts of a body as a forge gives it back."""
    text = (body or "").replace("\r\n", "\n")
    marks = list(_MARK.finditer(text))
    wrote = _parse(marks[-1][1]) if marks else None
    if wrote is None:
        return Text(text, None, "")
    return Text(text[: marks[-1].start()], wrote, text[marks[-1].end() :].strip("\n"))


def compose(text: str, wrote: Wrote, before: Text | None = None) -> str:
    """The body to write: `text`, the line for `wrote` (its `body` is filled in), what was below.

    Boxes that are ticked in `before` stay so. What is longer than GitHub takes is cut.
    """
    below = before.below if before else ""
    room = LIMIT - _length(_line(wrote._replace(body="0" * 64))) - _length(_FOOTER) - 16
    own = fit(text, max(room - _length(below), 1_000))
    own = f"{_ticked(own, before.own) if before else own}\n\n{_FOOTER}"
    line = _line(wrote._replace(body=digest(own)))
    return f"{own}\n\n{line}\n" + (f"\n{below}\n" if below else "")


def marked(text: Text, wrote: Wrote) -> str:
    """The body with its own text as it stands, and another hidden line."""
    line = _line(wrote)
    return f"{text.own}{line}\n" + (f"\n{text.below}\n" if text.below else "")


def of(proposed: Proposed, base: str) -> Wrote:
    """What a new pull request to the branch `base` says of itself."""
    return Wrote(
        proposed.project, proposed.branch, base, proposed.title, draft=proposed.draft,
        forced=proposed.forced,
    )  # fmt: skip


def differences(proposed: Proposed, base: str, known: Json, text: Text) -> Json:
    """What of title, body and base branch is to be changed in `known`, as GitHub's fields.

    `known` is the pull request, `text` its body in parts. What people changed is left alone.
    """
    wrote = text.wrote
    if wrote is None:
        return {}
    own = known["title"] == wrote.title
    title = proposed.title if own else wrote.title
    new = of(proposed, base)._replace(title=title, draft=proposed.draft and wrote.draft)
    fields: Json = {"title": title} if own and title != known["title"] else {}
    if known["base"]["ref"] != base:
        fields["base"] = base
    if text.again or written(proposed.body, new, text) != wrote.body:
        fields["body"] = compose(proposed.body, new, text)
    elif new._replace(body=wrote.body) != wrote:
        fields["body"] = marked(text, new._replace(body=wrote.body))
    return fields


def put_away(project: str, known: Json, state: str) -> Json:
    """GitHub's fields for a pull request that is `retired` or `abandoned`; none if it is."""
    text = read(known.get("body"))
    wrote = text.wrote or Wrote(project, known["head"]["ref"], known["base"]["ref"], "")
    if wrote.state == state:
        return {}
    if text.wrote is None:
        text = text._replace(own=f"{text.own.rstrip()}\n\n")
    if known["title"] != wrote.title:
        return {"body": marked(text, wrote._replace(state=state))}
    title = f"{ABANDONED}{wrote.title}" if state == "abandoned" else f"{wrote.title}{AUTOCLOSED}"
    return {"title": title, "body": marked(text, wrote._replace(state=state, title=title))}


def wanted_again(known: Json, text: Text, wrote: Wrote) -> Json:
    """GitHub's fields for a pull request that was abandoned and is wanted again."""
    title = wrote.title.removeprefix(ABANDONED)
    body = marked(text, wrote._replace(state="", title=title))
    return {"title": title, "body": body} if known["title"] == wrote.title else {"body": body}


def written(text: str, wrote: Wrote, before: Text | None = None) -> str:
    """The digest that the hidden line would hold if `text` were written over `before` now."""
    found = read(compose(text, wrote, before)).wrote
    return found.body if found else ""


def digest(text: str) -> str:
    """What a text is compared by; neither ticks, line endings nor blank ends count."""
    lines = [_BOX.sub(r"\1[ ] \2", line) for line in text.replace("\r\n", "\n").split("\n")]
    return hashlib.sha256("\n".join(lines).strip().encode()).hexdigest()


def fit(text: str, room: int) -> str:
    """`text` in at most `room` characters, cut at the end of a line, its hidden lines kept."""
    plain = text.strip()
    if _length(plain) <= room:
        return plain
    lines = plain.split("\n")
    hidden = [line for line in lines if line.startswith("<!-- ") and line.endswith(" -->")]
    left = room - sum(_length(line) + 2 for line in hidden) - _length(_REMARK) - 40
    kept: list[str] = []
    for line in lines:
        left -= _length(line) + 1
        if left < 0:
            break
        kept.append(line)
    fence = _open_fence(kept)
    ends = [*([fence] if fence else []), "", _REMARK, "", *hidden]
    return "\n".join([*(line for line in kept if line not in hidden), *ends]).strip()


def _open_fence(lines: list[str]) -> str:
    """The backticks that would close the code block in which `lines` end; empty for none."""
    fence = ""
    for line in lines:
        ticks = re.match(r"`{3,}", line)
        if ticks and not fence:
            fence = ticks[0]
        elif fence and line.strip() == fence:
            fence = ""
    return fence


def _ticked(text: str, before: str) -> str:
    """`text`, with each box ticked whose line is ticked in `before`."""
    done = {
        box[2]
        for line in before.split("\n")
        if (box := _BOX.match(line)) and not line.startswith(f"{box[1]}[ ]")
    }
    lines = [
        f"{box[1]}[x] {box[2]}" if (box := _BOX.match(line)) and box[2] in done else line
        for line in text.split("\n")
    ]
    return "\n".join(lines)


def _length(text: str) -> int:
    """Characters as a forge counts them that counts in UTF-16, the strictest count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _line(wrote: Wrote) -> str:
    values = json.dumps({"schema": SCHEMA, **wrote._asdict()}, ensure_ascii=True, sort_keys=True)
    values = values.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!-- pylife-wrote: {values} -->"


def _parse(text: str) -> Wrote | None:
    try:
        values = json.loads(text)
        if values.pop("schema") != SCHEMA:
            return None
        found = Wrote(**values)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    texts = found._replace(draft="")  # type: ignore[arg-type] # the one that is no text
    return found if all(isinstance(text, str) for text in texts) else None
