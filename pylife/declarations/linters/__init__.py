"""What linters, formatters and type checkers are told."""
