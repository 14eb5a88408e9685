"""The hook in `.pre-commit-config.yaml`: `repo: local`, pinned, so that it needs no address."""

from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.workflow.integrations import yaml_lists
from pylife.workflow.integrations.base import Plan, Planned, Settings, template, there
from pylife.workflow.integrations.yaml_lists import UnusualError

PATH = ".pre-commit-config.yaml"
HOOKS = frozenset({"pylife", "pylife-fix"})

_NEXT = (
    "pre-commit install, once in each clone",
    "pre-commit run pylife --all-files, to see it work",
)


def plan(settings: Settings) -> Plan:
    """The configuration with the hook; one that has it already stays as it is."""
    element = template("pre-commit-hook.yaml", {"version": settings.version})
    before = there(settings.root, PATH)
    if before is None:
        lines = "".join(f"  {line}\n" for line in element.splitlines())
        return Plan((Planned(PATH, None, f"repos:\n{lines}".encode(), ours=False),), _NEXT)
    source = Source(PATH, before)
    try:
        if _has_hook(source):
            return Plan((Planned(PATH, before, before, ours=False),))
        after = yaml_lists.append(source, "repos", element)
    except UnusualError as error:
        hand = f"{error}; add to its repos:\n\n{element}"
        return Plan((Planned(PATH, before, before, ours=False, by_hand=hand),))
    return Plan((Planned(PATH, before, after, ours=False),), _NEXT)


def _has_hook(source: Source) -> bool:
    for repository in yaml.elements(yaml.get(yaml_lists.document(source), "repos")):
        for hook in yaml.elements(yaml.get(repository, "hooks")):
            name = yaml.get(hook, "id")
            if yaml.is_scalar(name) and name.value in HOOKS:
                return True
    return False
