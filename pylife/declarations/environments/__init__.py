"""What version managers and platforms put on a machine."""
