"""The tables of the store in PostgreSQL, in the schema `pylife`; as those of SQLite."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE cell (
            key TEXT PRIMARY KEY,
            project TEXT NOT NULL,
            python TEXT NOT NULL,
            session TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            seconds DOUBLE PRECISION,
            log TEXT,
            counts TEXT NOT NULL,
            as_of TEXT NOT NULL,
            log_digest TEXT NOT NULL,
            resolved TEXT NOT NULL,
            interpreter TEXT NOT NULL,
            revision TEXT NOT NULL,
            url TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE subject (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project TEXT NOT NULL,
            python TEXT NOT NULL,
            session TEXT NOT NULL,
            UNIQUE (project, python, session)
        )
        """,
        """
        CREATE TABLE verdict (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            status TEXT NOT NULL,
            key TEXT NOT NULL,
            UNIQUE (key, status)
        )
        """,
        """
        CREATE TABLE observation (
            night INTEGER NOT NULL,
            subject BIGINT NOT NULL REFERENCES subject,
            verdict BIGINT NOT NULL REFERENCES verdict,
            PRIMARY KEY (night, subject)
        )
        """,
    ),
    (
        "ALTER TABLE cell ADD COLUMN failure TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cell ADD COLUMN hints TEXT NOT NULL DEFAULT '[]'",
    ),
    ("CREATE TABLE night (night INTEGER PRIMARY KEY, summary BYTEA NOT NULL)",),
)
"""What makes version N of the schema from version N - 1; never changed, only added to."""
