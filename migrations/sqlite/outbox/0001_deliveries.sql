-- Webhooks on their way to apps and operators. What was sent, and what came back, is known nowhere else: this part is
-- neither the truth about money nor a cache that could be built again.

-- How far the log was followed. 'main' queues what happens; every other is a replay for one endpoint.
CREATE TABLE feeds (
    id       TEXT    NOT NULL PRIMARY KEY,
    endpoint TEXT,
    position INTEGER NOT NULL,
    -- A replay ends here.
    until    INTEGER
) STRICT, WITHOUT ROWID;

-- One message for one endpoint. Times are microseconds since 1970-01-01 UTC.
CREATE TABLE deliveries (
    id          TEXT    NOT NULL PRIMARY KEY,
    endpoint    TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    -- What is delivered in order: the stream of the event that the message tells of.
    lane        TEXT    NOT NULL,
    -- The event's position in the log, and the message's place among those of one event.
    position    INTEGER NOT NULL,
    ordinal     INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    -- All that were made, and those since it was last queued.
    attempts    INTEGER NOT NULL DEFAULT 0,
    tries       INTEGER NOT NULL DEFAULT 0,
    tried_since INTEGER,
    queued_at   INTEGER NOT NULL,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX deliveries_once ON deliveries (endpoint, message);
CREATE INDEX deliveries_by_lane ON deliveries (endpoint, lane, position, ordinal) WHERE state = 'pending';
CREATE INDEX deliveries_by_place ON deliveries (endpoint, position, ordinal);
CREATE INDEX deliveries_by_state ON deliveries (endpoint, state, position, ordinal);
CREATE INDEX deliveries_by_end ON deliveries (finished_at) WHERE state <> 'pending';

-- The lanes in which something is pending: what servers take work from. Whoever claims one sends its first message.
CREATE TABLE lanes (
    endpoint      TEXT    NOT NULL,
    lane          TEXT    NOT NULL,
    due_at        INTEGER NOT NULL,
    claimed_by    TEXT    NOT NULL DEFAULT '',
    -- From then on the claim is as good as none: whoever had it is gone.
    claimed_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (endpoint, lane)
) STRICT, WITHOUT ROWID;

CREATE INDEX lanes_by_due ON lanes (due_at);

CREATE TABLE attempts (
    delivery TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    millis   INTEGER NOT NULL,
    -- The HTTP status, if there was an answer.
    status   INTEGER,
    error    TEXT,
    -- How the answer began.
    excerpt  TEXT,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_health (
    endpoint     TEXT    NOT NULL PRIMARY KEY,
    last_success INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
