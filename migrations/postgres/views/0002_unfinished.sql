-- What was begun and is not over, so that the resolver finds it without reading the log.
CREATE TABLE views.unfinished (
    build    bigint NOT NULL,
    stream   text COLLATE "C" NOT NULL,
    -- What of the stream is open: 'purchase', 'refund:…', 'card:…'. One stream may have several things open.
    task     text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    -- When it was begun, in microseconds since 1970-01-01 UTC.
    since    bigint NOT NULL,
    PRIMARY KEY (build, stream, task)
);

CREATE INDEX unfinished_by_age ON views.unfinished (build, since, stream);
