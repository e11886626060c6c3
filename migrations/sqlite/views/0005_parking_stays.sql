-- Stays at parking locations, for operators, for finance, and for the rules that try what is owed again and give up
-- what was forgotten. No column holds personal data.
CREATE TABLE parking_stays (
    build           INTEGER NOT NULL,
    session         TEXT    NOT NULL,
    operator        TEXT    NOT NULL,
    app             TEXT    NOT NULL,
    rider           TEXT    NOT NULL,
    location        TEXT    NOT NULL,
    -- 1 for a test user's, in which no money moves.
    is_simulated    INTEGER NOT NULL,
    -- 'awaiting_entry', 'active', 'over' or 'given_up'
    state           TEXT    NOT NULL,
    -- When it was asked for, in microseconds since 1970-01-01 UTC, as all times here.
    began           INTEGER NOT NULL,
    started_at      INTEGER,
    ended_at        INTEGER,
    -- The rule by which it was closed, or 'cancelled'.
    given_up        TEXT  ,
    -- The purchase that is to pay, the newest.
    purchase        TEXT  ,
    cost            INTEGER,
    currency        TEXT  ,
    -- 'none', 'due', 'paid', 'owed', 'paid_late' or 'forgiven'
    payment         TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    last_attempt_at INTEGER,
    -- Why the last attempt failed.
    failure         TEXT  ,
    -- When the first attempt failed.
    owed_since      INTEGER,
    PRIMARY KEY (build, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX parking_stays_by_time ON parking_stays (build, operator, began, session);
CREATE INDEX parking_stays_by_payment ON parking_stays (build, payment, attempts, last_attempt_at, session);
CREATE INDEX parking_stays_by_state ON parking_stays (build, state, began, session);
