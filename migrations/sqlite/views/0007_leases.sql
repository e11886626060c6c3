-- Who is at work on what is unfinished, so that servers share it. Losing a row costs nothing: work that two servers take
-- up is done once all the same.
CREATE TABLE leases (
    -- A stream, or a chore.
    work   TEXT    NOT NULL PRIMARY KEY,
    -- The server; empty while the work rests until it is tried again.
    holder TEXT    NOT NULL,
    -- From then on anybody may take it, in microseconds since 1970-01-01 UTC.
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
