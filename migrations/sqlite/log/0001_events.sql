-- The log. A row is one event and never changes; the triggers below hold that against everybody,
-- this program included.
CREATE TABLE events (
    -- Place in the whole log: 1, 2, 3, … in commit order.
    position INTEGER PRIMARY KEY,
    -- category-id, and the event's place in that stream: 1, 2, 3, …
    stream   TEXT    NOT NULL CHECK (instr(stream, '-') > 1),
    version  INTEGER NOT NULL CHECK (version > 0),
    kind     TEXT    NOT NULL,
    schema   INTEGER NOT NULL CHECK (schema BETWEEN 1 AND 65535),
    -- Microseconds since 1970-01-01 UTC; datetime(at / 1000000, 'unixepoch') shows it.
    at       INTEGER NOT NULL,
    -- Both are canonical JSON, stored byte for byte as hashed; ->> reads into them.
    metadata TEXT    NOT NULL,
    data     TEXT    NOT NULL,
    -- Not stored; the index below is what makes it worth having.
    category TEXT    GENERATED ALWAYS AS (substr(stream, 1, instr(stream, '-') - 1)) VIRTUAL,
    UNIQUE (stream, version)
) STRICT;

-- The rowid, which is the position, ends every index entry: one category in order of position.
CREATE INDEX events_by_category ON events (category);

-- Gapless in the log and in the stream, whoever inserts. It also stops INSERT OR REPLACE, which
-- would remove the old row without firing the delete trigger.
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)
  OR NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream = NEW.stream)
BEGIN
    SELECT RAISE(ABORT, 'an event takes the next position of the log and the next version of its stream');
END;

CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never updated');
END;

CREATE TRIGGER events_never_vanish BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
