"""The command line: parse, call one step, print, exit. Subcommands are imported when used."""

import importlib
import sys
from collections.abc import Sequence

import click

from pylife import __version__
from pylife.errors import MEANINGS, ExitCode, PylifeError

_COMMANDS = {
    "check": "judge the Python declarations of repositories",
    "declarations": "list every declaration of a Python version",
    "source": "tell on which Pythons the code runs",
    "deps": "tell whether dependencies install on each Python, and who blocks them",
    "matrix": "list or run the test cells",
    "upgrade": "plan, apply or open upgrades",
    "report": "write the HTML site",
    "nightly": "do everything: read, run, propose, publish",
    "calendar": "show CPython's release calendar, or the dates of a fleet",
    "policy": "show, test and compare policies",
    "rules": "list the rules",
    "explain": "explain a rule",
    "init": "write a pylife.toml, and what runs pylife in a hook or in CI",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of `pylife.cli`, imported only when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of the work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command `cmd_name`, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pylife.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


EXIT_CODES = (
    "\b\nExit codes; where several hold, the first in this order is returned:\n"
    + "\n".join(f"  {code.value:3}  {meaning}" for code, meaning in MEANINGS.items())
)
"""The end of `--help` of the commands that judge."""


@click.group(
    cls=LazyGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="pylife")
def main() -> None:
    """Python-version lifecycle and dependency compatibility for fleets of repositories."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line `arguments`; returns the exit code, prints errors to stderr."""
    try:
        outcome = main.main(list(arguments), prog_name="pylife", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except ModuleNotFoundError as error:
        if (error.name or "pylife").partition(".")[0] == "pylife":
            raise
        click.echo(
            f"pylife: error: this command needs {error.name}, which is not installed"
            " (pip install 'python-lifecycle[nightly]')",
            err=True,
        )
        return int(ExitCode.TOOL)
    except PylifeError as error:
        click.echo(f"pylife: error: {error}", err=True)
        return int(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("pylife: interrupted; what had finished is kept", err=True)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing more to say to it.
        sys.stdout = None
        return int(ExitCode.OK)
    return int(outcome) if isinstance(outcome, int) else int(ExitCode.OK)
