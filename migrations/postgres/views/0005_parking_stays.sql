-- Stays at parking locations, for operators, for finance, and for the rules that try what is owed again and give up
-- what was forgotten. No column holds personal data.
CREATE TABLE parking_stays (
    build           BIGINT  NOT NULL,
    session         TEXT    NOT NULL,
    operator        TEXT    NOT NULL,
    app             TEXT    NOT NULL,
    rider           TEXT    NOT NULL,
    location        TEXT    NOT NULL,
    -- 1 for a test user's, in which no money moves.
    is_simulated    BIGINT  NOT NULL,
    -- 'awaiting_entry', 'active', 'over' or 'given_up'
    state           TEXT    NOT NULL,
    -- When it was asked for, in microseconds since 1970-01-01 UTC, as all times here.
    began           BIGINT  NOT NULL,
    started_at      BIGINT ,
    ended_at        BIGINT ,
    -- The rule by which it was closed, or 'cancelled'.
    given_up        TEXT  ,
    -- The purchase that is to pay, the newest.
    purchase        TEXT  ,
    cost            BIGINT ,
    currency        TEXT  ,
    -- 'none', 'due', 'paid', 'owed', 'paid_late' or 'forgiven'
    payment         TEXT    NOT NULL,
    attempts        BIGINT  NOT NULL,
    last_attempt_at BIGINT ,
    -- Why the last attempt failed.
    failure         TEXT  ,
    -- When the first attempt failed.
    owed_since      BIGINT ,
    PRIMARY KEY (build, session)
);

CREATE INDEX parking_stays_by_time ON parking_stays (build, operator, began, session);
CREATE INDEX parking_stays_by_payment ON parking_stays (build, payment, attempts, last_attempt_at, session);
CREATE INDEX parking_stays_by_state ON parking_stays (build, state, began, session);
