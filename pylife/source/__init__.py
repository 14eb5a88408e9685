"""Which Pythons source code can run on: what it uses of the language and its standard library."""
