-- How far each read model is. Every row of a read model carries the number of the build it belongs to, so that a new
-- build can grow beside the one that is read, by servers that may not create tables.
CREATE TABLE projection_builds (
    build    INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    -- 'building': grows unread. 'live': is read. 'retired': was replaced and waits to be removed.
    state    TEXT    NOT NULL CHECK (state IN ('building', 'live', 'retired')),
    -- Position of the last event of the log that it has seen.
    position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX projection_builds_one_of_a_kind ON projection_builds (name, version, state)
    WHERE state <> 'retired';
