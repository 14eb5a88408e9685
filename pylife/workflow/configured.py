"""What pylife.toml and policies say of rules must be of rules that there are."""

from collections.abc import Iterable

from pylife.errors import ConfigError
from pylife.fleet import Fleet
from pylife.fleet.load import Config
from pylife.fleet.settings import codes
from pylife.model import Waiver
from pylife.rules import RULES
from pylife.workflow.waivers import CELLS


def validate(fleet: Fleet, waivers: Iterable[Waiver]) -> None:
    """Raise ConfigError, with its place, for a code with which no rule begins.

    A name written wrong would else switch a rule, or all of them, off without a word.
    """
    for config in fleet.configs:
        if config.document is not None and "check" in config.document.value:
            _settings(config)
    for waiver in waivers:
        if waiver.rule not in {"*", CELLS} and not is_code(waiver.rule):
            raise ConfigError(
                f"no rule begins with {waiver.rule!r}",
                path=waiver.file,
                line=waiver.line,
                help=near(waiver.rule),
            )


def is_code(text: str) -> bool:
    """Whether `text` is the code of a rule, or begins one."""
    return any(code.startswith(text) for code in RULES)


def near(text: str) -> str:
    """What may have been meant by a code that is none."""
    import difflib  # only for what is wrong

    families = dict.fromkeys(code.rstrip("0123456789") for code in RULES)
    found = difflib.get_close_matches(text, [*RULES, *families], n=1)
    hint = f"did you mean {found[0]!r}? " if found else ""
    return f"{hint}`pylife rules` lists them"


def _settings(config: Config) -> None:
    document = config.document
    assert document is not None  # noqa: S101 - asked only of what is there
    for place, code in codes(document.value["check"]):
        if not is_code(code):
            from pylife.syntax import schema

            raise schema.at(
                document, config.shown, f"no rule begins with {code!r}", *place, help=near(code)
            )
