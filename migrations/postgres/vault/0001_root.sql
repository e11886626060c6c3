-- The secret from which signatures, pseudonyms and the wrapping of user keys are derived. Made once.
CREATE TABLE vault.root (
    id     integer PRIMARY KEY CHECK (id = 1),
    -- 'clear': 32 bytes as they are. 'master_key': wrapped by the key from the configuration.
    scheme text  NOT NULL CHECK (scheme IN ('clear', 'master_key')),
    secret bytea NOT NULL
);

CREATE FUNCTION vault.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: %', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation';
END
$$;

-- Without it every pseudonym would change and no user key would open.
CREATE TRIGGER root_never_vanishes BEFORE DELETE OR TRUNCATE ON vault.root
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse('the root secret is never deleted');
