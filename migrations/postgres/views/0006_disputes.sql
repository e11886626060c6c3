-- What riders' banks want back, so that an operator sees it beside what it sold. No column holds personal data.
CREATE TABLE views.disputes (
    build     bigint NOT NULL,
    dispute   text COLLATE "C" NOT NULL,
    purchase  text COLLATE "C" NOT NULL,
    operator  text COLLATE "C" NOT NULL,
    app       text COLLATE "C" NOT NULL,
    currency  text COLLATE "C" NOT NULL,
    amount    bigint NOT NULL,
    -- 1 while the bank only asks and has taken nothing.
    inquiry   bigint NOT NULL,
    -- In Stripe's word; empty where it was never asked.
    reason    text COLLATE "C" NOT NULL,
    -- 'open', 'won' or 'lost'
    state     text COLLATE "C" NOT NULL,
    opened_at bigint NOT NULL,
    -- The operator's day.
    day       text COLLATE "C" NOT NULL,
    closed_at bigint,
    PRIMARY KEY (build, purchase, dispute)
);

CREATE INDEX disputes_by_time ON views.disputes (build, operator, opened_at, dispute);
