-- What a server needs once the database is migrated. Run it as the owner, after creating the role
-- and setting its name here:   psql -v role=switchyard_app -f grants.sql
GRANT USAGE ON SCHEMA log, vault, views, outbox TO :"role";

-- Events can be added and read, nothing else.
GRANT SELECT, INSERT ON log.events TO :"role";
-- A claim is settled (update) or released (delete); final answers are protected by trigger.
GRANT SELECT, INSERT, UPDATE, DELETE ON log.idempotency TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON log.snapshots TO :"role";
GRANT EXECUTE ON FUNCTION log.append_batch TO :"role";
GRANT SELECT ON log._sqlx_migrations, vault._sqlx_migrations, views._sqlx_migrations, outbox._sqlx_migrations TO :"role";

-- Keys are destroyed to erase a person, read models are rebuilt.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vault TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA views TO :"role";
-- Webhooks are queued, sent, and removed some time afterwards.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA outbox TO :"role";
