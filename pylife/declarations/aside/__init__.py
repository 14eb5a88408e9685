"""What decides nothing: prose, environment markers, guards in code."""
