"""Known traps, recorded as small indexes: what pylife says of them, and what pip does."""
