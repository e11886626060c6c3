-- The secret from which signatures, pseudonyms and the wrapping of user keys are derived. Made once.
CREATE TABLE root (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    -- 'clear': 32 bytes as they are. 'master_key': wrapped by the key from the configuration.
    scheme TEXT NOT NULL CHECK (scheme IN ('clear', 'master_key')),
    secret BLOB NOT NULL
) STRICT;

-- Without it every pseudonym would change and no user key would open.
CREATE TRIGGER root_never_vanishes BEFORE DELETE ON root
BEGIN
    SELECT RAISE(ABORT, 'the root secret is never deleted');
END;
