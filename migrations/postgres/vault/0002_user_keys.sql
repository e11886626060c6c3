-- One key per user, under which the user's personal data stands sealed in the log. Destroying it erases the person.
CREATE TABLE vault.user_keys (
    user_id text COLLATE "C" PRIMARY KEY,
    -- Null once destroyed: the row stays, so that no new key is ever made for the user.
    wrapped bytea
);

CREATE TRIGGER user_keys_only_ever_destroyed BEFORE UPDATE ON vault.user_keys
    FOR EACH ROW WHEN (NEW.wrapped IS NOT NULL OR NEW.user_id <> OLD.user_id)
    EXECUTE FUNCTION vault.refuse('a user key is never replaced');

CREATE TRIGGER user_keys_leave_a_tombstone BEFORE DELETE OR TRUNCATE ON vault.user_keys
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse('the tombstone of a user key is never deleted');
