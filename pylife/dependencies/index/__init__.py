"""What package indexes publish: which are configured, their pages, and what loads where."""
