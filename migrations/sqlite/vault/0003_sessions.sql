-- Login sessions, by the SHA-256 of their token: who reads this table cannot log in with it.
CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL,
    app        TEXT    NOT NULL,
    device     TEXT,
    jti        TEXT,
    -- Microseconds since 1970-01-01 UTC.
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
