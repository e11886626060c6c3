-- One key per user, under which the user's personal data stands sealed in the log. Destroying it erases the person.
CREATE TABLE user_keys (
    user_id TEXT NOT NULL PRIMARY KEY,
    -- Null once destroyed: the row stays, so that no new key is ever made for the user.
    wrapped BLOB
) STRICT, WITHOUT ROWID;

CREATE TRIGGER user_keys_only_ever_destroyed BEFORE UPDATE ON user_keys
WHEN NEW.wrapped IS NOT NULL OR NEW.user_id <> OLD.user_id
BEGIN
    SELECT RAISE(ABORT, 'a user key is never replaced');
END;

CREATE TRIGGER user_keys_leave_a_tombstone BEFORE DELETE ON user_keys
BEGIN
    SELECT RAISE(ABORT, 'the tombstone of a user key is never deleted');
END;
