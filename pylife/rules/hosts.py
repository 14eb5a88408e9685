"""Which platform a declaration speaks of: the sites of pylife's readers, by platform.

The platforms are those of `pylife/data/platforms.toml`.
"""

import re

from pylife.declarations.authority import is_pin
from pylife.model import Declaration, Role

DEPRECATED = "deprecated"
END = "end of support"
"""What happens to a runtime on a platform; any third thing is that it is blocked."""

_PLATFORMS = {
    "apprunner-runtime": "aws-app-runner",
    "apprunner-runtime-version": "aws-app-runner",
    "app-engine-runtime": "google-app-engine",
    "app-engine-runtime-version": "google-app-engine",
    "azure-linux-fx-version": "azure-app-service",
    "azure-runtime-version": "azure-functions",
    "command-runtime-version": "azure-app-service",
    "databricks-environment-version": "databricks-serverless",
    "firebase-runtime": "google-cloud-functions",
    "lambda-runtime": "aws-lambda",
    "lambda-runtime-parameter": "aws-lambda",
    "sagemaker-py-version": "amazon-sagemaker",
    "sam-build-method": "aws-lambda",
    "terraform-linux-fx-version": "azure-app-service",
    "zappa-runtime": "aws-lambda",
}
"""By site: the platform that a declaration there speaks of."""

_BY_SPELLING = {
    "cdk-runtime",
    "code-runtime",
    "command-runtime",
    "serverless-runtime",
    "terraform-runtime",
}
"""Sites of several platforms: Google names a runtime `python39`, AWS `python3.9`."""

_GOOGLE = r"python3\d{1,2}"
_TERRAFORM_FUNCTION = r"azurerm_(?:linux|windows)_function_app(?:_slot)?\."
DATABRICKS = {"databricks-spark-version", "terraform-spark-version"}
"""Sites that name a release of the Databricks Runtime, not a Python."""
_DATABRICKS_KEY = r"(\d+\.\d+)\.x-\S+"

_NOT_DEPLOYED = ("devcontainer-", "gitpod-", "readthedocs-")
"""The beginnings of sites that run on a developer's machine, or build pages."""


def relevant(item: Declaration) -> bool:
    """Whether `item` says what something that is deployed stands on.

    Not what says where a layer may be used, and what only a developer's machine runs on.
    """
    return (
        (item.role is Role.RUNS_ON or is_pin(item))
        and "compatible" not in item.site
        and not item.site.startswith(_NOT_DEPLOYED)
        and not item.without_effect
    )


def platform_of(item: Declaration) -> str | None:
    """The name of the platform that `item` speaks of; None where it speaks of none."""
    if item.site in DATABRICKS:
        match = re.fullmatch(_DATABRICKS_KEY, item.raw)
        return f"databricks-{match[1]}" if match else None
    if item.site in _BY_SPELLING:
        return "google-cloud-functions" if re.fullmatch(_GOOGLE, item.raw) else "aws-lambda"
    if item.site == "terraform-python-version":
        return "azure-functions" if re.match(_TERRAFORM_FUNCTION, item.group) else None
    return _PLATFORMS.get(item.site)
