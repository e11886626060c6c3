-- A cache of long streams' states. Any row, or all of them, may be deleted at any time.
CREATE TABLE log.snapshots (
    stream  text COLLATE "C" PRIMARY KEY,
    version bigint  NOT NULL,
    schema  integer NOT NULL,
    state   text    NOT NULL
);
