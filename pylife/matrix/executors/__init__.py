"""Where cells are run: one module an executor."""
