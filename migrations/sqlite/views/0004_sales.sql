-- What operators see of their own business: sales, refunds, and passes being used. No column holds personal data.
CREATE TABLE sales (
    build          INTEGER NOT NULL,
    purchase       TEXT    NOT NULL,
    operator       TEXT    NOT NULL,
    app            TEXT    NOT NULL,
    -- The operator's time zone when it was begun: its days are counted by it.
    zone           TEXT    NOT NULL,
    currency       TEXT    NOT NULL,
    amount         INTEGER NOT NULL,
    fee            INTEGER NOT NULL,
    -- 'begun': nothing was sold yet, or ever. 'charged': paid for, not issued. 'completed': issued.
    state          TEXT    NOT NULL CHECK (state IN ('begun', 'charged', 'completed')),
    -- When it was sold, in microseconds since 1970-01-01 UTC, and on which of the operator's days.
    sold_at        INTEGER,
    day            TEXT,
    payment_intent TEXT,
    charge         TEXT,
    PRIMARY KEY (build, purchase)
) STRICT, WITHOUT ROWID;

CREATE INDEX sales_by_time ON sales (build, operator, sold_at, purchase);
CREATE INDEX sales_by_charge ON sales (build, charge);

-- Of which fares a sale was, and how many of each.
CREATE TABLE sale_fares (
    build    INTEGER NOT NULL,
    purchase TEXT    NOT NULL,
    fare     TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (build, purchase, fare)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
    build         INTEGER NOT NULL,
    refund        TEXT    NOT NULL,
    purchase      TEXT    NOT NULL,
    operator      TEXT    NOT NULL,
    app           TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    amount        INTEGER NOT NULL,
    fee_returned  INTEGER NOT NULL,
    -- 'pending', 'unknown', 'succeeded' or 'failed'
    state         TEXT    NOT NULL,
    started_at    INTEGER NOT NULL,
    day           TEXT    NOT NULL,
    stripe_refund TEXT,
    -- Who asked for it, as the event names them.
    actor         TEXT    NOT NULL,
    PRIMARY KEY (build, purchase, refund)
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_by_time ON refunds (build, operator, started_at, refund);
CREATE INDEX refunds_by_id ON refunds (build, refund);
CREATE INDEX refunds_by_stripe ON refunds (build, stripe_refund);

-- Passes and books as they were issued, so that their use is known for whose it is.
CREATE TABLE items_sold (
    build    INTEGER NOT NULL,
    item     TEXT    NOT NULL,
    operator TEXT    NOT NULL,
    fare     TEXT    NOT NULL,
    PRIMARY KEY (build, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE validations (
    build    INTEGER NOT NULL,
    -- Of the event in the log.
    position INTEGER NOT NULL,
    operator TEXT    NOT NULL,
    pass     TEXT    NOT NULL,
    fare     TEXT    NOT NULL,
    -- 'activated' or 'shown'
    kind     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (build, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX validations_by_time ON validations (build, operator, at, position);
