"""Whether what the members of a fleet require installs on the Pythons that matter to them."""
