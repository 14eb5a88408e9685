"""Resolutions by uv, made to agree with pip on upper bounds, and audited."""
