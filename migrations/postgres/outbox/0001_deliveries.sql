-- Webhooks on their way to apps and operators. What was sent, and what came back, is known nowhere else: this part is
-- neither the truth about money nor a cache that could be built again.

-- How far the log was followed. 'main' queues what happens; every other is a replay for one endpoint.
CREATE TABLE outbox.feeds (
    id       text COLLATE "C" NOT NULL PRIMARY KEY,
    endpoint text COLLATE "C",
    position bigint NOT NULL,
    -- A replay ends here.
    until    bigint
);

-- One message for one endpoint. Times are microseconds since 1970-01-01 UTC.
CREATE TABLE outbox.deliveries (
    id          text COLLATE "C" NOT NULL PRIMARY KEY,
    endpoint    text COLLATE "C" NOT NULL,
    message     text COLLATE "C" NOT NULL,
    type        text COLLATE "C" NOT NULL,
    -- What is delivered in order: the stream of the event that the message tells of.
    lane        text COLLATE "C" NOT NULL,
    -- The event's position in the log, and the message's place among those of one event.
    position    bigint NOT NULL,
    ordinal     bigint NOT NULL,
    body        text COLLATE "C" NOT NULL,
    state       text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    -- All that were made, and those since it was last queued.
    attempts    bigint NOT NULL DEFAULT 0,
    tries       bigint NOT NULL DEFAULT 0,
    tried_since bigint,
    queued_at   bigint NOT NULL,
    finished_at bigint
);

CREATE UNIQUE INDEX deliveries_once ON outbox.deliveries (endpoint, message);
CREATE INDEX deliveries_by_lane ON outbox.deliveries (endpoint, lane, position, ordinal) WHERE state = 'pending';
CREATE INDEX deliveries_by_place ON outbox.deliveries (endpoint, position, ordinal);
CREATE INDEX deliveries_by_state ON outbox.deliveries (endpoint, state, position, ordinal);
CREATE INDEX deliveries_by_end ON outbox.deliveries (finished_at) WHERE state <> 'pending';

-- The lanes in which something is pending: what servers take work from. Whoever claims one sends its first message.
CREATE TABLE outbox.lanes (
    endpoint      text COLLATE "C" NOT NULL,
    lane          text COLLATE "C" NOT NULL,
    due_at        bigint NOT NULL,
    claimed_by    text COLLATE "C" NOT NULL DEFAULT '',
    -- From then on the claim is as good as none: whoever had it is gone.
    claimed_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (endpoint, lane)
);

CREATE INDEX lanes_by_due ON outbox.lanes (due_at);

CREATE TABLE outbox.attempts (
    delivery text COLLATE "C" NOT NULL,
    number   bigint NOT NULL,
    at       bigint NOT NULL,
    millis   bigint NOT NULL,
    -- The HTTP status, if there was an answer.
    status   bigint,
    error    text COLLATE "C",
    -- How the answer began.
    excerpt  text COLLATE "C",
    PRIMARY KEY (delivery, number)
);

CREATE TABLE outbox.endpoint_health (
    endpoint     text COLLATE "C" NOT NULL PRIMARY KEY,
    last_success bigint NOT NULL
);
