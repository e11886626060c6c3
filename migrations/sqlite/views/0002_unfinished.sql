-- What was begun and is not over, so that the resolver finds it without reading the log.
CREATE TABLE unfinished (
    build    INTEGER NOT NULL,
    stream   TEXT    NOT NULL,
    -- What of the stream is open: 'purchase', 'refund:…', 'card:…'. One stream may have several things open.
    task     TEXT    NOT NULL,
    category TEXT    NOT NULL,
    -- When it was begun, in microseconds since 1970-01-01 UTC.
    since    INTEGER NOT NULL,
    PRIMARY KEY (build, stream, task)
) STRICT, WITHOUT ROWID;

CREATE INDEX unfinished_by_age ON unfinished (build, since, stream);
