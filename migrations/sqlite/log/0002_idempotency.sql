-- One row per idempotency key, written in the transaction of the events it answers for.
CREATE TABLE idempotency (
    scope          TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    -- Hash of the parameters, and what the claim is about.
    fingerprint    TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    -- Microseconds since 1970-01-01 UTC.
    claimed_at     INTEGER NOT NULL,
    -- All three are null until the outcome is final. Headers are a JSON array of pairs.
    answer_status  INTEGER,
    answer_headers TEXT,
    answer_body    TEXT,
    PRIMARY KEY (scope, key),
    CHECK ((answer_status IS NULL) = (answer_headers IS NULL) AND (answer_status IS NULL) = (answer_body IS NULL))
) STRICT, WITHOUT ROWID;

-- One key, one outcome, for ever the same answer.
CREATE TRIGGER idempotency_answers_never_change BEFORE UPDATE ON idempotency
WHEN OLD.answer_status IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a final answer is never changed');
END;

CREATE TRIGGER idempotency_answers_never_vanish BEFORE DELETE ON idempotency
WHEN OLD.answer_status IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a final answer is never deleted');
END;

-- INSERT OR REPLACE removes the old row without firing the delete trigger.
CREATE TRIGGER idempotency_answers_never_replaced BEFORE INSERT ON idempotency
WHEN EXISTS (SELECT 1 FROM idempotency WHERE scope = NEW.scope AND key = NEW.key)
BEGIN
    SELECT RAISE(ABORT, 'the idempotency key is already claimed');
END;
