"""Models, pipelines and what serves them."""
