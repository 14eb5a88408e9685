"""What CI systems run."""
