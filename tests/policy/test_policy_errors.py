"""A wrong policy: where it is wrong, and what was meant."""

import pytest

from pylife import policy
from pylife.errors import ConfigError

HEAD = 'name = "x"\n'
DROP = '[stages]\ndrop = { anchor = "python.eol" }\n'
WAIVER = '[[waiver]]\nrule = "RNG002"\nowner = "a"\nreason = "b"\n'
OVERRIDE = '[[override]]\npython = "3.9"\nreason = "r"\n'
RELEASE = '[[release]]\nversion = "1.0"\ndate = "2026-01"\n'


def wrong(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        policy.parse(text.encode(), shown="p.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("x=[", "1:4", "not valid TOML"),
        (HEAD, "1", "a policy has stages, a window, or extends another one"),
        (f'title = "x"\n{DROP}', "1", "the file lacks name"),
        (f'name = "X y"\n{DROP}', "1:1", "lower-case"),
        (f'{HEAD}[stages]\nadopt = "2027-01"\n', "2:2", "neither drops nor deprecates"),
        (f"{HEAD}wran = 3\n{DROP}", "2:1", "unknown key 'wran' (did you mean 'warn'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.elo" }}', "3:10", "did you mean 'python.eol'"),
        (f'{HEAD}[stages]\ndrop = {{ anchr = "python.eol" }}', "3:10", "unknown key 'anchr' in stages.drop (did you mean 'anchor'?)"),
        (f'{HEAD}[stages]\ndrop = {{ offset = "P1D" }}', "3:1", "stages.drop: a moment has exactly one of anchor, earliest and latest"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", latest = ["2027-01"] }}', "3:1", "exactly one of"),
        (f'{HEAD}[stages]\ndrop = {{ latest = ["2027-01", {{ anchor = "python.eol", at = "own.nxt" }}] }}', "", "stages.drop.latest[1].at is 'own.nxt', not one of"),
        (f"{HEAD}[stages]\ndrop = {{ earliest = [] }}", "3:10", "stages.drop.earliest is empty"),
        (f"{HEAD}[stages]\ndrop = 3", "3:1", "a date, a month, or a table with an anchor, earliest or latest"),
        (f'{HEAD}[stages]\ndrop = "2027"', "3:1", "a date such as 2027-04-30"),
        (f'{HEAD}[stages]\ndrop = "2027-13"', "3:1", "'2027-13' is no date"),
        (f"{HEAD}[stages]\ndrop = 2027-01-01T10:00:00", "3:1", "a date such as 2027-04-30"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", offset = "3 months" }}', "3:33", "ISO 8601"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", offset = "P" }}', "3:33", "ISO 8601"),
        (f'{HEAD}[stages]\ndorp = "2027-01"', "3:1", "did you mean 'drop'"),
        (f"{HEAD}warn = 3\n{DROP}", "2:1", "how long before a date findings start"),
        (f'{HEAD}warn = "-P1D"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = "P1D\\n"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = "P\u0661D"\n{DROP}', "2:1", "such as P90D"),
        (f'{HEAD}warn = [{{ before = "P1Y", severity = "hint" }}]\n{DROP}', "2:27", "not one of info, warning, error"),
        (f'{HEAD}warn = ["P1Y"]\n{DROP}', "2:9", "warn[0] must be a table, not 'P1Y'"),
        (f"{HEAD}keep-newest = 99\n{DROP}", "2:1", "(from 0 to 20)"),
        (f"{HEAD}keep-newest = true\n{DROP}", "2:1", "must be an integer, not True"),
        (f"{HEAD}window = 1\n{DROP}", "4:1", "stages.drop and window contradict each other"),
        (f"{HEAD}window = 1\nkeep-newest = 2\n", "3:1", "keep-newest and window contradict each other"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "dependency.nunpy.release" }}', "3:10", "no data on the releases of 'nunpy' (did you mean 'numpy'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "platform.aws-lamda.eol" }}', "3:10", "no platform 'aws-lamda' (did you mean 'aws-lambda'?)"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "python.eol", at = "own.next" }}', "3:33", "own.next needs the project's own releases"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "own.release" }}\n{RELEASE}', "3:10", "which Pythons they add"),
        (f'{HEAD}own-releases = "djanjo"\n{DROP}', "2:1", "did you mean 'django'"),
        (f'{HEAD}{DROP}{RELEASE.replace("2026-01", "2026-00")}', "6:1", "'2026-00' is no date"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "modle"\nwarn = "P1D"\n', "5:1", "did you mean 'model'"),
        (f'{HEAD}{DROP}[[scope]]\nkind = ["image", "modle"]\nwarn = "P1D"\n', "5:18", "scope[0].kind[1] is 'modle'"),
        (f'{HEAD}{DROP}[[scope]]\nwarn = "P1D"\n', "4:1", "a scope names the projects that it is for"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "image"\n', "4:1", "a scope says what is different"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "image"\nstages.drop = {{ anchor = "python.beta1" }}\n', "", "(for kind image)"),
        (f"{HEAD}{OVERRIDE}{DROP}", "2:1", "fixes at least one of adopt, deprecate, drop and block"),
        (f'{HEAD}{OVERRIDE.replace("3.9", "3.99")}drop = "2027-01"\n{DROP}', "3:1", "Python 3.99 is not in the calendar"),
        (f'{HEAD}{OVERRIDE}adopt = "2027-02"\ndrop = "2027-01"\n{DROP}', "6:1", "Python 3.9 is dropped before it is adopted"),
        (f'{HEAD}{DROP}[dependencies.nunpy]\ndrop = "2027-01"\n', "4:15", "did you mean 'numpy'"),
        (f"{HEAD}{DROP}[dependencies.numpy]\nkeep-newest = 2\n", "4:15", "dependencies.numpy lacks drop"),
        (f'{HEAD}{DROP}[dependencies.numpy]\ndrop = {{ anchor = "python.eol" }}\n', "5:10", "not one of dependency.release"),
        (f"{HEAD}{DROP}{WAIVER}", "4:1", "waiver[0] lacks until"),
        (f'{HEAD}{DROP}{WAIVER}until = "2027-02-30"\n', "8:1", "'2027-02-30' is no date"),
        (f'{HEAD}{DROP}{WAIVER}until = "soon"\n', "8:1", "the last day on which it holds"),
        (f'{HEAD}{DROP}{WAIVER.replace("RNG002", "rng")}until = 2027-01-01\n', "5:1", "the beginning of some"),
        (f'{HEAD}{DROP}[[example]]\nas-of = 2026-01-01\npython = "3.9"\n', "4:1", "either python and stage, or dependency and floor"),
        (f'{HEAD}{DROP}[[example]]\nas-of = "2026-02-30"\npython = "3.9"\nstage = "dropped"\n', "5:1", "'2026-02-30' is no date"),
        (f'{HEAD}[stages]\nadopt = {{ anchor = "python.eol" }}\ndrop = {{ anchor = "python.release" }}', "4:1", "drops each Python before it asks for it"),
        (f'{HEAD}extends = "upstrem"\n', "2:1", "no policy 'upstrem' (did you mean 'upstream'? presets: "),
        (f'{HEAD}extends = ["upstream", "none.toml"]\n', "2:24", "the policy file none.toml does not exist (name a preset"),
        (f"{HEAD}extends = []\n", "2:1", "extends is empty"),
        (f"{HEAD}description = 2026-01-01\n{DROP}", "2:1", "description must be a string, not 2026-01-01"),
        (f"{HEAD}own-releases = 10:30:00\n{DROP}", "2:1", "own-releases must be a string"),
        (f"{HEAD}extends = [2026-01-01]\n{DROP}", "2:12", "extends[0] must be a string"),
        (f"{HEAD}{DROP}[[scope]]\nowner = 2026-01-01\nwarn = 'P1D'\n", "5:1", "scope[0].owner"),
        (f'{HEAD}{DROP}[[example]]\nas-of = 2026-01-01\ndependency = 2026-01-01\nfloor = "1"\n', "6:1", "example[0].dependency must be a string"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "platform.debian-12.blocked" }}', "3:10", "no date is known on which debian-12 is blocked (there is platform.debian-12.deprecated or platform.debian-12.eol)"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "model"\nstages.drop = {{ latest = [{{ anchor = "platform.aws-lambda.eol" }}] }}\n', "", "no date is known on which aws-lambda is at its end (there is platform.aws-lambda.deprecated or"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "platform.amazon-sagemaker.eol" }}', "3:10", "none of its dates is known for any Python"),
        (f'{HEAD}[stages]\ndrop = {{ anchor = "dependency.zarr.release" }}', "3:10", "no date is known on which zarr supports a Python for the first time"),
        (f'{HEAD}own-releases = "zarr"\n[stages]\ndrop = {{ anchor = "own.release" }}', "4:10", "which Pythons they add"),
        (f'{HEAD}{DROP}[[scope]]\nkind = "model"\n[scope.stages]\n"drop" = {{ offset = "P1D" }}\n', "7:1", "exactly one of"),
    ],
)  # fmt: skip
def test_a_wrong_policy_names_its_place_and_what_was_meant(
    text: str, place: str, says: str
) -> None:
    message = wrong(text)
    assert says in message
    assert message.startswith(f"p.toml:{place}: " if place else "p.toml:"), message
