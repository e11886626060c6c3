-- What operators see of their own business: sales, refunds, and passes being used. No column holds personal data.
CREATE TABLE views.sales (
    build          bigint NOT NULL,
    purchase       text COLLATE "C" NOT NULL,
    operator       text COLLATE "C" NOT NULL,
    app            text COLLATE "C" NOT NULL,
    -- The operator's time zone when it was begun: its days are counted by it.
    zone           text COLLATE "C" NOT NULL,
    currency       text COLLATE "C" NOT NULL,
    amount         bigint NOT NULL,
    fee            bigint NOT NULL,
    -- 'begun': nothing was sold yet, or ever. 'charged': paid for, not issued. 'completed': issued.
    state          text COLLATE "C" NOT NULL CHECK (state IN ('begun', 'charged', 'completed')),
    -- When it was sold, in microseconds since 1970-01-01 UTC, and on which of the operator's days.
    sold_at        bigint,
    day            text COLLATE "C",
    payment_intent text COLLATE "C",
    charge         text COLLATE "C",
    PRIMARY KEY (build, purchase)
);

CREATE INDEX sales_by_time ON views.sales (build, operator, sold_at, purchase);
CREATE INDEX sales_by_charge ON views.sales (build, charge);

-- Of which fares a sale was, and how many of each.
CREATE TABLE views.sale_fares (
    build    bigint NOT NULL,
    purchase text COLLATE "C" NOT NULL,
    fare     text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (build, purchase, fare)
);

CREATE TABLE views.refunds (
    build         bigint NOT NULL,
    refund        text COLLATE "C" NOT NULL,
    purchase      text COLLATE "C" NOT NULL,
    operator      text COLLATE "C" NOT NULL,
    app           text COLLATE "C" NOT NULL,
    currency      text COLLATE "C" NOT NULL,
    amount        bigint NOT NULL,
    fee_returned  bigint NOT NULL,
    -- 'pending', 'unknown', 'succeeded' or 'failed'
    state         text COLLATE "C" NOT NULL,
    started_at    bigint NOT NULL,
    day           text COLLATE "C" NOT NULL,
    stripe_refund text COLLATE "C",
    -- Who asked for it, as the event names them.
    actor         text COLLATE "C" NOT NULL,
    PRIMARY KEY (build, purchase, refund)
);

CREATE INDEX refunds_by_time ON views.refunds (build, operator, started_at, refund);
CREATE INDEX refunds_by_id ON views.refunds (build, refund);
CREATE INDEX refunds_by_stripe ON views.refunds (build, stripe_refund);

-- Passes and books as they were issued, so that their use is known for whose it is.
CREATE TABLE views.items_sold (
    build    bigint NOT NULL,
    item     text COLLATE "C" NOT NULL,
    operator text COLLATE "C" NOT NULL,
    fare     text COLLATE "C" NOT NULL,
    PRIMARY KEY (build, item)
);

CREATE TABLE views.validations (
    build    bigint NOT NULL,
    -- Of the event in the log.
    position bigint NOT NULL,
    operator text COLLATE "C" NOT NULL,
    pass     text COLLATE "C" NOT NULL,
    fare     text COLLATE "C" NOT NULL,
    -- 'activated' or 'shown'
    kind     text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    PRIMARY KEY (build, position)
);

CREATE INDEX validations_by_time ON views.validations (build, operator, at, position);
