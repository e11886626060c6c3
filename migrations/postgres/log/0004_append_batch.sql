-- Appends a batch of commands in one transaction and judges each by itself.
--
-- The lock comes before everything else: no position is drawn and no version is looked at until all
-- earlier batches, of whichever server, are committed and visible. It is held to the end of the
-- transaction, so batches commit in the order of their positions, and a reader that sees position n
-- sees all before it.
--
-- Arrays are parallel and 1-based. A stream or idempotency key is named once, in its slot; writes and
-- records point to slots, and are sorted by command; events point to writes, in order of command.
CREATE FUNCTION log.append_batch(
    commands        integer,
    streams         text[],
    write_command   integer[],
    write_stream    integer[],
    write_expected  bigint[],      -- -1 is any version
    write_events    integer[],
    key_scope       text[],
    key_name        text[],
    record_command  integer[],
    record_key      integer[],
    record_change   integer[],     -- 1 claim, 2 claim with its answer, 3 settle, 4 release
    record_print    text[],
    record_about    text[],
    record_at       timestamptz[],
    record_status   integer[],
    record_headers  text[],
    record_body     text[],
    event_write     integer[],
    event_nth       integer[],     -- 1 for a write's first event
    event_stream    text[],
    event_kind      text[],
    event_schema    integer[],
    event_at        timestamptz[],
    event_metadata  json[],
    event_data      json[],
    -- What the batch found: the log's head, the streams' versions, the keys already known.
    OUT head        bigint,
    OUT versions    bigint[],
    OUT known       text,
    -- What it did, per command.
    OUT accepted    boolean[]
) LANGUAGE plpgsql AS $$
DECLARE
    writes     constant integer := cardinality(write_command);
    records    constant integer := cardinality(record_command);
    now_at     bigint[];           -- versions as the batch goes on
    base       bigint[] := array_fill(-1::bigint, ARRAY[writes]);  -- stream's version before a write
    first      bigint[] := array_fill(0::bigint, ARRAY[writes]);   -- position before a write
    next       bigint;
    state      integer[] := '{}';  -- per key: 0 free, 1 claimed, 2 settled
    removed    boolean[];          -- the stored row was released
    claimed_by integer[];          -- record that claimed the key in this batch, or 0
    settled_by integer[];          -- record that brought the answer in this batch, or 0
    w          integer := 1;
    r          integer := 1;
    w_first    integer;
    r_first    integer;
    slot       integer;
    ok         boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        -- An older snapshot would not see what was committed while waiting for the lock.
        RAISE EXCEPTION 'append_batch needs the isolation level read committed';
    END IF;
    PERFORM pg_advisory_xact_lock(6004505387412774479);

    SELECT coalesce(max(e.position), 0) INTO head FROM log.events e;
    next := head;
    SELECT coalesce(array_agg(coalesce(
               (SELECT e.version FROM log.events e WHERE e.stream = s.name ORDER BY e.version DESC LIMIT 1), 0)
               ORDER BY s.slot), '{}')
      INTO versions FROM unnest(streams) WITH ORDINALITY s(name, slot);
    now_at := versions;

    IF records > 0 THEN
        SELECT array_agg(CASE WHEN i.scope IS NULL THEN 0 WHEN i.answer_status IS NULL THEN 1 ELSE 2 END ORDER BY s.slot),
               json_agg(json_build_array(s.slot, i.fingerprint, i.reference,
                   (extract(epoch FROM i.claimed_at) * 1000000)::bigint,
                   i.answer_status, i.answer_headers, i.answer_body)) FILTER (WHERE i.scope IS NOT NULL)
          INTO state, known
          FROM unnest(key_scope, key_name) WITH ORDINALITY s(scope, key, slot)
          LEFT JOIN log.idempotency i ON i.scope = s.scope AND i.key = s.key;
        removed    := array_fill(false, ARRAY[cardinality(state)]);
        claimed_by := array_fill(0, ARRAY[cardinality(state)]);
        settled_by := claimed_by;
    END IF;

    accepted := array_fill(false, ARRAY[commands]);
    FOR c IN 1..commands LOOP
        ok := true;
        r_first := r;
        WHILE r <= records AND record_command[r] = c LOOP
            slot := record_key[r];
            IF record_change[r] <= 2 THEN
                ok := ok AND state[slot] = 0;
            ELSIF record_change[r] = 3 THEN
                ok := ok AND state[slot] > 0;
            END IF;
            r := r + 1;
        END LOOP;
        w_first := w;
        WHILE w <= writes AND write_command[w] = c LOOP
            IF write_expected[w] >= 0 AND write_expected[w] <> now_at[write_stream[w]] THEN
                ok := false;
            END IF;
            w := w + 1;
        END LOOP;
        CONTINUE WHEN NOT ok;

        accepted[c] := true;
        FOR i IN w_first..w - 1 LOOP
            slot := write_stream[i];
            base[i] := now_at[slot];
            first[i] := next;
            now_at[slot] := now_at[slot] + write_events[i];
            next := next + write_events[i];
        END LOOP;
        FOR i IN r_first..r - 1 LOOP
            slot := record_key[i];
            IF record_change[i] <= 2 THEN
                state[slot] := record_change[i];
                claimed_by[slot] := i;
                settled_by[slot] := CASE record_change[i] WHEN 2 THEN i ELSE 0 END;
            ELSIF record_change[i] = 3 AND state[slot] = 1 THEN
                state[slot] := 2;
                settled_by[slot] := i;
            ELSIF record_change[i] = 4 AND state[slot] = 1 THEN
                state[slot] := 0;
                removed[slot] := removed[slot] OR claimed_by[slot] = 0;
                claimed_by[slot] := 0;
            END IF;
        END LOOP;
    END LOOP;

    IF records > 0 THEN
        DELETE FROM log.idempotency i
         USING unnest(key_scope, key_name, removed) s(scope, key, removed)
         WHERE s.removed AND i.scope = s.scope AND i.key = s.key;
        UPDATE log.idempotency i
           SET answer_status = a.status, answer_headers = a.headers::json, answer_body = a.body
          FROM unnest(key_scope, key_name, claimed_by, settled_by) s(scope, key, claimed_by, settled_by)
          JOIN unnest(record_status, record_headers, record_body)
               WITH ORDINALITY a(status, headers, body, r) ON a.r = s.settled_by
         WHERE s.claimed_by = 0 AND i.scope = s.scope AND i.key = s.key;
        INSERT INTO log.idempotency (scope, key, fingerprint, reference, claimed_at,
                                     answer_status, answer_headers, answer_body)
        SELECT s.scope, s.key, c.print, c.about, c.at, a.status, a.headers::json, a.body
          FROM unnest(key_scope, key_name, claimed_by, settled_by) s(scope, key, claimed_by, settled_by)
          JOIN unnest(record_print, record_about, record_at)
               WITH ORDINALITY c(print, about, at, r) ON c.r = s.claimed_by
          LEFT JOIN unnest(record_status, record_headers, record_body)
               WITH ORDINALITY a(status, headers, body, r) ON a.r = s.settled_by;
    END IF;

    IF next > head THEN
        -- Unnesting side by side in the select list streams; in FROM it would copy every row once more.
        INSERT INTO log.events (position, stream, version, kind, schema, at, metadata, data)
        SELECT first[e.write] + e.nth, e.stream, base[e.write] + e.nth, e.kind, e.schema, e.at, e.metadata, e.data
          FROM (SELECT unnest(event_write) AS write, unnest(event_nth) AS nth, unnest(event_stream) AS stream,
                       unnest(event_kind) AS kind, unnest(event_schema) AS schema, unnest(event_at) AS at,
                       unnest(event_metadata) AS metadata, unnest(event_data) AS data) AS e
         WHERE base[e.write] >= 0;
        PERFORM pg_notify('switchyard_log', next::text);
    END IF;
END
$$;
