-- What riders' banks want back, so that an operator sees it beside what it sold. No column holds personal data.
CREATE TABLE disputes (
    build     INTEGER NOT NULL,
    dispute   TEXT NOT NULL,
    purchase  TEXT NOT NULL,
    operator  TEXT NOT NULL,
    app       TEXT NOT NULL,
    currency  TEXT NOT NULL,
    amount    INTEGER NOT NULL,
    -- 1 while the bank only asks and has taken nothing.
    inquiry   INTEGER NOT NULL,
    -- In Stripe's word; empty where it was never asked.
    reason    TEXT NOT NULL,
    -- 'open', 'won' or 'lost'
    state     TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    -- The operator's day.
    day       TEXT NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (build, purchase, dispute)
) STRICT, WITHOUT ROWID;

CREATE INDEX disputes_by_time ON disputes (build, operator, opened_at, dispute);
