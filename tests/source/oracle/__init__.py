"""What real interpreters say of the snippets in tests/source/fixtures/oracle.

Each snippet is a file whose first line says of what kind it is, with `# static: no` after it where
no reading can see what happens. On which Pythons it fails is asked of the interpreters, and kept in
truth.json for machines that do not have them all:

    python -m tests.source.oracle --refresh     # run all of them, and write truth.json
    python -m tests.source.oracle               # compare the scanner's verdicts with it
"""
