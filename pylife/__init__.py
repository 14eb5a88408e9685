"""pylife: a Python-version lifecycle and dependency compatibility checker."""

__version__ = "0.1.0"
