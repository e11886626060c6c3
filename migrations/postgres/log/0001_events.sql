-- The log. A row is one event and never changes; the trigger below holds that against everybody,
-- the owner included. Names are compared as bytes (COLLATE "C"): cheaper, and the same on every host.
CREATE TABLE log.events (
    -- Place in the whole log: 1, 2, 3, … in commit order. Not a sequence: a sequence hands out
    -- numbers that commit in another order, and readers would skip events.
    position bigint  PRIMARY KEY CHECK (position > 0),
    -- category-id, and the event's place in that stream: 1, 2, 3, …
    stream   text    COLLATE "C" NOT NULL CHECK (strpos(stream, '-') > 1),
    version  bigint  NOT NULL CHECK (version > 0),
    kind     text    COLLATE "C" NOT NULL,
    schema   integer NOT NULL CHECK (schema BETWEEN 1 AND 65535),
    at       timestamptz NOT NULL,
    -- Canonical JSON. The type json keeps the text byte for byte, so that it can be hashed, and
    -- still lets anyone read into it with ->>. jsonb would do neither as well.
    metadata json    NOT NULL,
    data     json    NOT NULL,
    category text    COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(stream, '-', 1)) STORED,
    UNIQUE (stream, version)
);

-- One category in order of position.
CREATE INDEX events_by_category ON log.events (category, position);

CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: %', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse('events are never changed or removed');

-- Also where a session pretends to be a replication worker.
ALTER TABLE log.events ENABLE ALWAYS TRIGGER events_never_change;
