-- One row per idempotency key, written in the transaction of the events it answers for.
CREATE TABLE log.idempotency (
    scope          text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    -- Hash of the parameters, and what the claim is about.
    fingerprint    text NOT NULL,
    reference      text NOT NULL,
    claimed_at     timestamptz NOT NULL,
    -- All three are null until the outcome is final. Headers are a JSON array of pairs.
    answer_status  integer,
    answer_headers json,
    answer_body    text,
    PRIMARY KEY (scope, key),
    CHECK ((answer_status IS NULL) = (answer_headers IS NULL) AND (answer_status IS NULL) = (answer_body IS NULL))
);

-- One key, one outcome, for ever the same answer.
CREATE TRIGGER idempotency_answers_never_change BEFORE UPDATE OR DELETE ON log.idempotency
    FOR EACH ROW WHEN (OLD.answer_status IS NOT NULL)
    EXECUTE FUNCTION log.refuse('a final answer is never changed or removed');

CREATE TRIGGER idempotency_answers_never_truncated BEFORE TRUNCATE ON log.idempotency
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse('final answers are never removed');

ALTER TABLE log.idempotency ENABLE ALWAYS TRIGGER idempotency_answers_never_change;
ALTER TABLE log.idempotency ENABLE ALWAYS TRIGGER idempotency_answers_never_truncated;
