"""`pylife init`: a first pylife.toml, and the files with which CI runs pylife."""

from collections.abc import Sequence
from pathlib import Path

import click

from pylife.cli import options
from pylife.errors import ExitCode, UsageError
from pylife.fleet.load import CONFIG
from pylife.workflow import integrations
from pylife.workflow.integrations.base import Plan, Planned, Settings, Status, check_image

_SAID = {
    Status.WRITE: ("wrote", "would write"),
    Status.EDIT: ("edited", "would edit"),
    Status.DIFFERS: ("replaced", "would replace"),
    Status.UNCHANGED: ("unchanged", "unchanged"),
    Status.BY_HAND: ("by hand", "by hand"),
}


@click.command("init")
@options.paths()
@click.option("--policy", "policy_name", help="The policy to begin with (default: upstream).")
@click.option(
    "--with", "wanted", multiple=True, metavar="NAMES",
    help=f"Also what runs pylife: {', '.join(integrations.Integration)}, or all.",
)  # fmt: skip
@click.option(
    "--kubernetes", is_flag=True, help="As --with kubernetes: the nightly job, and Dask workers."
)
@click.option("--image", default="", help="The container image for gitlab and kubernetes.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would be as a diff.")
@click.option("--force", is_flag=True, help="Replace files that are there and differ.")
def command(
    *, paths: tuple[Path, ...], policy_name: str | None, wanted: tuple[str, ...],
    kubernetes: bool, image: str, dry_run: bool, diff: bool, force: bool,
) -> int:  # fmt: skip
    """Write a pylife.toml that lists the projects found at PATH, and what --with names.

    A pylife.toml that is there stays. Configuration of yours (.pre-commit-config.yaml,
    .gitlab-ci.yml) only gets what is missing. A file that is there and differs
    is replaced only with --force; without it, nothing is written at all.
    """
    root = options.one_root(paths)
    if not root.is_dir():
        raise UsageError(f"{root} is no folder")
    named = (integrations.Integration.KUBERNETES.value,) if kubernetes else ()
    chosen = integrations.parse((*wanted, *named))
    plans = _plans(root, chosen, policy_name, check_image(image), force=force)
    files = [file for plan in plans for file in plan.files]
    differing = [file.path for file in files if file.status is Status.DIFFERS]
    if diff:
        _print_diff(root, files)
    elif differing and not force:
        raise UsageError(
            f"{', '.join(str(root / path) for path in differing)}"
            f" {'are' if len(differing) > 1 else 'is'} there already; nothing was written",
            help="see what would change with --diff, and replace with --force",
        )
    else:
        _write(root, files, dry_run=dry_run)
        _print_next(plans, files)
    by_hand = any(file.status is Status.BY_HAND for file in files)
    return ExitCode.USAGE if by_hand or (differing and not force) else ExitCode.OK


def _plans(
    root: Path,
    chosen: Sequence[integrations.Integration],
    policy_name: str | None,
    image: str,
    *,
    force: bool,
) -> list[Plan]:
    config = root / CONFIG
    plans = []
    if chosen and policy_name and config.exists():
        raise UsageError(f"{config} is there already", help="its policy is set there")
    if not chosen and not force and config.exists():
        raise UsageError(
            f"{config} is there already", help="edit it, or move it away; --with adds other files"
        )
    if not chosen or not config.exists():
        from pylife.workflow.integrations import fleet

        plans.append(fleet.plan(root, policy_name or "upstream"))
    url = integrations.remote(root) if integrations.Integration.KUBERNETES in chosen else ""
    names = tuple(one.value for one in chosen)
    settings = Settings(root=root, fleet_url=url, image=image, wanted=names)
    return plans + [integrations.plan(one, settings) for one in chosen]


def _write(root: Path, files: Sequence[Planned], *, dry_run: bool) -> None:
    for file in files:
        if file.status in {Status.WRITE, Status.EDIT, Status.DIFFERS} and not dry_run:
            path = root / file.path
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UsageError(f"{path.parent} cannot be made: {error.strerror}") from None
            options.write(file.after.decode(), path)
        click.echo(f"{_SAID[file.status][dry_run]:12} {root / file.path}")
        if file.by_hand:
            click.echo("\n" + "".join(f"    {line}\n" for line in file.by_hand.splitlines()))


def _print_diff(root: Path, files: Sequence[Planned]) -> None:
    from pylife.workflow import fix

    changes = [
        fix.Fixed(root / file.path, file.path, file.before or b"", file.after)
        for file in files
        if file.before != file.after
    ]
    click.echo(fix.diff(changes), nl=False)


def _print_next(plans: Sequence[Plan], files: Sequence[Planned]) -> None:
    steps = [step for plan in plans for step in plan.next]
    if steps and any(file.status is not Status.UNCHANGED for file in files):
        click.echo("next:")
        for step in steps:
            click.echo(f"  {step}")
