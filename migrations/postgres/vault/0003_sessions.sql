-- Login sessions, by the SHA-256 of their token: who reads this table cannot log in with it.
CREATE TABLE vault.sessions (
    token_hash bytea PRIMARY KEY,
    user_id    text COLLATE "C" NOT NULL,
    app        text NOT NULL,
    device     text,
    jti        text,
    -- Microseconds since 1970-01-01 UTC.
    expires_at bigint NOT NULL
);

CREATE INDEX sessions_by_user ON vault.sessions (user_id, expires_at);
CREATE INDEX sessions_by_expiry ON vault.sessions (expires_at);
