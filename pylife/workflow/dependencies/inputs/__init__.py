"""Reads what a project requires, executing nothing: every file and style that says it."""

from pylife.workflow.dependencies.inputs.project import read
from pylife.workflow.dependencies.inputs.records import Group, Inputs, Line, Options, Sort

__all__ = ["Group", "Inputs", "Line", "Options", "Sort", "read"]
