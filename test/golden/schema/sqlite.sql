-- version 9

CREATE INDEX control_due ON control (kind, due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX control_since ON control (kind, since, id);

CREATE INDEX control_state ON control (kind, state, since, id);

CREATE INDEX dead_letters_at ON dead_letters (dead_at, id);

CREATE INDEX deliveries_at ON deliveries (at);

CREATE INDEX deliveries_message ON deliveries (message);

CREATE INDEX documents_document ON documents (document);

CREATE INDEX documents_reference ON documents (reference) WHERE reference <> '';

CREATE INDEX open_orders_sku ON open_orders (sku, due, document, line);

CREATE INDEX parked_at ON parked (parked_at, id);

CREATE INDEX parked_flow ON parked (flow, parked_at, id);

CREATE INDEX payloads_at ON payloads (at);

CREATE INDEX payloads_digest ON payloads (digest);

CREATE INDEX payloads_name ON payloads (name, at) WHERE name NOT LIKE '/v1/%';

CREATE INDEX reservation_lines_sku ON reservation_lines (sku, id);

CREATE INDEX reservations_due ON reservations (expires_at, id)
  WHERE state = 'pending' AND expires_at <> '';

CREATE INDEX reservations_reference ON reservations (reference, id) WHERE reference <> '';

CREATE INDEX reservations_state ON reservations (state, id);

CREATE INDEX skus_recosts ON skus (sku) WHERE recosts = 1;

CREATE INDEX snapshots_at ON snapshots (at);

CREATE INDEX snapshots_record ON snapshots (intake_id, record);

CREATE INDEX snapshots_size ON snapshots (number, size);

CREATE INDEX stage_members_waiting ON stage_members (stage, key, number) WHERE body IS NOT NULL;

CREATE INDEX stage_rows_due ON stage_rows (stage, due_at, key) WHERE due_at IS NOT NULL;

CREATE INDEX stage_rows_waiting ON stage_rows (stage, since, waiting) WHERE waiting > 0;

CREATE TABLE applied_batches (
  intake_id TEXT NOT NULL, batch INTEGER NOT NULL, digest TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, records INTEGER NOT NULL, filtered INTEGER NOT NULL,
  messages INTEGER NOT NULL, booked INTEGER NOT NULL, existing INTEGER NOT NULL,
  parked INTEGER NOT NULL, answers TEXT, batches INTEGER, recorded_at TEXT NOT NULL,
  PRIMARY KEY (intake_id, batch, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  sku TEXT NOT NULL, at TEXT NOT NULL, rank TEXT NOT NULL, seq INTEGER NOT NULL,
  after_seq INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (sku, at, seq)
) STRICT;

CREATE TABLE closing_parts (
  closing TEXT NOT NULL, kind TEXT NOT NULL, month TEXT NOT NULL, part INTEGER NOT NULL,
  first_sku TEXT NOT NULL, last_sku TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (closing, kind, month, part)
) STRICT;

CREATE TABLE closings_made (
  id TEXT NOT NULL UNIQUE, before TEXT NOT NULL PRIMARY KEY, format INTEGER NOT NULL,
  known TEXT NOT NULL, month TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;

CREATE TABLE commits (no INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL) STRICT;

CREATE TABLE control ( -- what the hub keeps about its own work: leases, runs of reports, cases and so on
  kind TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL, since TEXT NOT NULL,
  due_at TEXT, words TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
) STRICT;

CREATE TABLE control_words ( -- by which rows of it are found
  kind TEXT NOT NULL, word TEXT NOT NULL, since TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (kind, word, since, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters ( -- what ended among the dead letters of the broker
  id TEXT NOT NULL PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, content_type TEXT NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL, dead_at TEXT NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL, words TEXT NOT NULL, body BLOB NOT NULL
) STRICT;

CREATE TABLE deliveries ( -- calls of subscribers
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, sink TEXT NOT NULL, message TEXT NOT NULL, call TEXT NOT NULL,
  records INTEGER NOT NULL, attempt INTEGER NOT NULL, ms INTEGER NOT NULL, code TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;

CREATE TABLE documents (
  id INTEGER PRIMARY KEY, -- of its commit and its number there: those of a commit stand together
  commit_no INTEGER AS (id >> 18) VIRTUAL,
  number INTEGER AS (id & 262143) VIRTUAL, document TEXT NOT NULL,
  partner TEXT NOT NULL, reference TEXT NOT NULL, at TEXT NOT NULL, source TEXT NOT NULL,
  message_id TEXT NOT NULL, actor TEXT NOT NULL, contenthash TEXT NOT NULL,
  packs TEXT NOT NULL -- JSON list of the ids of packs with entries of it
) STRICT;

CREATE TABLE events ( -- what was relayed of it, by the number of its first event
  number INTEGER PRIMARY KEY, count INTEGER NOT NULL, relayed_at TEXT NOT NULL, id TEXT NOT NULL,
  topic TEXT NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE inbox (
  number INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, contenthash TEXT NOT NULL,
  intake_id TEXT NOT NULL, recorded_at TEXT NOT NULL
) STRICT;

CREATE TABLE inbox_keys (
  key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox_slices (slice INTEGER PRIMARY KEY, up_to INTEGER NOT NULL) STRICT;

CREATE TABLE inbox_sources (source TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE locations (
  location TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  parent TEXT NOT NULL, attributes TEXT NOT NULL, changed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE log ( -- what was done to each of these, and which messages of a commit left nothing else
  about TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (about, name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE lots (
  lot TEXT NOT NULL, pack INTEGER NOT NULL, PRIMARY KEY (lot, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE open_orders (
  document TEXT NOT NULL, line TEXT NOT NULL, kind TEXT NOT NULL, sku TEXT NOT NULL,
  place TEXT NOT NULL, quantity INTEGER NOT NULL, due TEXT NOT NULL,
  changed TEXT NOT NULL, stated INTEGER NOT NULL, -- when, and what was open then
  PRIMARY KEY (document, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  count INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE packs (
  id INTEGER PRIMARY KEY, commit_no INTEGER NOT NULL, sku_id INTEGER NOT NULL,
  version INTEGER NOT NULL, -- 1, 2, 3 … of its SKU
  is_base INTEGER NOT NULL, -- 1 where its balances and layers are all that there are
  first_seq INTEGER NOT NULL,
  first_at TEXT NOT NULL, -- the earliest business time of its entries
  hash TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (sku_id, version)
) STRICT;

CREATE TABLE parked (
  id TEXT NOT NULL PRIMARY KEY, parked_at TEXT NOT NULL, intake_id TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, stage TEXT NOT NULL, faults TEXT NOT NULL,
  record INTEGER NOT NULL, content TEXT NOT NULL, type TEXT, source TEXT, message_id TEXT
) STRICT;

CREATE TABLE parked_words ( -- by which parked records are found
  word TEXT NOT NULL, parked TEXT NOT NULL, PRIMARY KEY (word, parked)
) STRICT, WITHOUT ROWID;

CREATE TABLE partners (
  partner TEXT NOT NULL, commit_no INTEGER NOT NULL,
  numbers TEXT NOT NULL, -- JSON list of the partner's documents in that commit
  PRIMARY KEY (partner, commit_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE payloads ( -- that were taken in
  intake_id TEXT NOT NULL PRIMARY KEY, flow TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
  records INTEGER NOT NULL, messages INTEGER NOT NULL, parked INTEGER NOT NULL, digest TEXT NOT NULL,
  traceparent TEXT
) STRICT;

CREATE TABLE period (
  version INTEGER NOT NULL, closed_through TEXT NOT NULL, log TEXT NOT NULL
) STRICT;

CREATE TABLE producers ( -- what those who publish batches say that they published
  producer TEXT NOT NULL PRIMARY KEY, said_at TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation_lines (
  id TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, sku TEXT NOT NULL,
  place TEXT NOT NULL, pool TEXT NOT NULL, lot TEXT NOT NULL, quantity INTEGER NOT NULL,
  committed INTEGER NOT NULL, PRIMARY KEY (id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
  id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
  expires_at TEXT NOT NULL, partner TEXT NOT NULL, reference TEXT NOT NULL, log TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE returns (
  reference TEXT NOT NULL, pack INTEGER NOT NULL, PRIMARY KEY (reference, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_numbers ( -- which of it apply has seen, for each queue
  producer TEXT NOT NULL, partition INTEGER NOT NULL, version INTEGER NOT NULL, highest INTEGER NOT NULL,
  holes TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (producer, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE sku_places (
  place TEXT NOT NULL, sku TEXT NOT NULL, PRIMARY KEY (place, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE skus (
  id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE,
  recosts INTEGER NOT NULL -- 1 while facts wait to be costed anew
) STRICT;

CREATE TABLE snapshots ( -- records before and after the steps of their flow
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, intake_id TEXT NOT NULL, flow TEXT NOT NULL,
  name TEXT NOT NULL, record INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE stage_members ( -- what came, and is kept by these rows; without a body only its id is known
  stage TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
  body TEXT, forget_at TEXT, UNIQUE (stage, key, id)
) STRICT;

CREATE TABLE stage_outs ( -- what left them, until it has gone on
  stage TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (stage, id)
) STRICT;

CREATE TABLE stage_rows ( -- what stages of flows wait with, by a key
  stage TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, since TEXT NOT NULL,
  due_at TEXT, waiting INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (stage, key)
) STRICT;

CREATE TABLE stages ( -- those that flows have, or had
  stage TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER closing_parts_kept BEFORE DELETE ON closing_parts
  BEGIN SELECT RAISE(ABORT, 'closings are never deleted'); END;

CREATE TRIGGER closing_parts_unchanged BEFORE UPDATE ON closing_parts
  BEGIN SELECT RAISE(ABORT, 'closings are never changed'); END;

CREATE TRIGGER closings_made_kept BEFORE DELETE ON closings_made
  BEGIN SELECT RAISE(ABORT, 'closings are never deleted'); END;

CREATE TRIGGER closings_made_unchanged BEFORE UPDATE ON closings_made
  BEGIN SELECT RAISE(ABORT, 'closings are never changed'); END;

CREATE TRIGGER commits_kept BEFORE DELETE ON commits
  BEGIN SELECT RAISE(ABORT, 'commits of the ledger are never deleted'); END;

CREATE TRIGGER commits_unchanged BEFORE UPDATE ON commits
  BEGIN SELECT RAISE(ABORT, 'commits of the ledger are never changed'); END;

CREATE TRIGGER documents_kept BEFORE DELETE ON documents
  BEGIN SELECT RAISE(ABORT, 'documents of the ledger are never deleted'); END;

CREATE TRIGGER documents_unchanged BEFORE UPDATE ON documents
  BEGIN SELECT RAISE(ABORT, 'documents of the ledger are never changed'); END;

CREATE TRIGGER inbox_kept BEFORE DELETE ON inbox
  BEGIN SELECT RAISE(ABORT, 'messages that were booked are never deleted'); END;

CREATE TRIGGER inbox_unchanged BEFORE UPDATE ON inbox
  BEGIN SELECT RAISE(ABORT, 'messages that were booked are never changed'); END;

CREATE TRIGGER log_kept BEFORE DELETE ON log
  BEGIN SELECT RAISE(ABORT, 'lines of the log are never deleted'); END;

CREATE TRIGGER log_unchanged BEFORE UPDATE ON log
  BEGIN SELECT RAISE(ABORT, 'lines of the log are never changed'); END;

CREATE TRIGGER packs_kept BEFORE DELETE ON packs
  BEGIN SELECT RAISE(ABORT, 'packs of the ledger are never deleted'); END;

CREATE TRIGGER packs_unchanged BEFORE UPDATE ON packs
  BEGIN SELECT RAISE(ABORT, 'packs of the ledger are never changed'); END;

CREATE VIEW closings AS
  SELECT p.month AS month, m.known AS known, r.value ->> 0 AS sku, r.value ->> 1 AS version,
    o.value ->> 0 AS pool, CAST(o.value ->> 1 AS INTEGER) AS quantity,
    CAST(o.value ->> 2 AS INTEGER) AS value
  FROM closings_made m CROSS JOIN closing_parts p ON p.closing = m.id AND p.kind = 'pools'
  CROSS JOIN json_each(p.body) r CROSS JOIN json_each(r.value, '$[2]') o;

CREATE VIEW current_packs AS
  WITH RECURSIVE chain(id, sku_id, version, is_base) AS (
    SELECT id, sku_id, version, is_base FROM last_packs
    UNION ALL
    SELECT p.id, p.sku_id, p.version, p.is_base FROM chain c
    JOIN packs p ON p.sku_id = c.sku_id AND p.version = c.version - 1 WHERE NOT c.is_base
  ) SELECT s.sku, p.* FROM chain JOIN packs p ON p.id = chain.id JOIN skus s ON s.id = p.sku_id;

CREATE VIEW items AS
  SELECT sku, name, unit, units, valuation, standard_cost, tracking, picking, negative, valued, weight,
    barcode, item_group, attributes FROM (
    SELECT max(p.id), p.sku AS sku, coalesce(i ->> 'name', '') AS name,
      coalesce(i ->> 'unit', '') AS unit, coalesce(i -> 'units', '{}') AS units,
      coalesce(i ->> 'valuation', 'fifo') AS valuation,
      CAST(coalesce(i ->> 'standardCost', 0) AS INTEGER) AS standard_cost,
      coalesce(i ->> 'tracking', 'none') AS tracking, coalesce(i ->> 'picking', 'fefo') AS picking,
      coalesce(i ->> 'negative', '') AS negative, coalesce(i ->> 'valued', 1) AS valued,
      CAST(coalesce(i ->> 'weight', 0) AS INTEGER) AS weight,
      coalesce(i ->> 'barcode', '') AS barcode, coalesce(i ->> 'group', '') AS item_group,
      coalesce(i -> 'attributes', '{}') AS attributes
    FROM (SELECT id, sku, body -> 'item' AS i FROM current_packs WHERE body -> 'item' IS NOT NULL) p
    GROUP BY p.sku
  );

CREATE VIEW last_packs AS
  SELECT s.sku, p.* FROM skus s CROSS JOIN packs p ON p.sku_id = s.id
    AND p.version = (SELECT max(version) FROM packs WHERE sku_id = s.id);

CREATE VIEW layers AS
  SELECT sku, pool, at, rank, seq, part, since, origin, lot, owed, quantity, value FROM (
    SELECT max(p.id), p.sku AS sku, l.value ->> 0 AS pool, l.value ->> 2 AS seq, l.value ->> 3 AS part,
      l.value ->> 1 AS at, l.value ->> 7 AS since, l.value ->> 6 AS origin,
      coalesce(l.value ->> 8, '') AS lot, coalesce(l.value ->> 9, '') AS owed, coalesce(l.value ->> 10, '') AS rank,
      CAST(l.value ->> 4 AS INTEGER) AS quantity, CAST(l.value ->> 5 AS INTEGER) AS value
    FROM current_packs p CROSS JOIN json_each(p.body, '$.layers') l GROUP BY 2, 3, 4, 5
  ) WHERE quantity <> 0;

CREATE VIEW ledger AS
  SELECT s.sku AS sku, p.first_seq + e.key AS seq, r.value ->> 0 AS kind, r.value ->> 1 AS from_place,
    r.value ->> 2 AS to_place, CAST(e.value ->> 2 AS INTEGER) AS quantity,
    CAST(e.value ->> 3 AS INTEGER) AS value, r.value ->> 3 AS from_pool, r.value ->> 4 AS to_pool,
    coalesce(e.value ->> 8, '') AS lot, r.value ->> 5 AS status, r.value ->> 6 AS to_status,
    coalesce(e.value ->> 9, '') AS owner, d.document, e.value ->> 4 AS line, d.partner,
    coalesce(e.value ->> 10, '') AS reason, d.reference, d.at, p.body ->> 'recordedAt' AS recorded_at,
    d.source, d.message_id, d.actor, nullif(e.value -> 7, '0') AS input,
    nullif(e.value ->> 11, 0) AS corrects, nullif(e.value ->> 12, 0) AS caused_by, p.version AS pack,
    p.id AS pack_id
  FROM packs p CROSS JOIN skus s ON s.id = p.sku_id CROSS JOIN json_each(p.body, '$.entries') e
  CROSS JOIN json_each(p.body, '$.routes') r ON r.key = e.value ->> 0
  CROSS JOIN json_each(p.body, '$.documents') n ON n.key = e.value ->> 1
  CROSS JOIN documents d ON d.id = (p.commit_no << 18) + (n.value ->> 0);

CREATE VIEW named_packs AS
  SELECT 'lot' AS kind, lot AS name, pack AS pack_id, NULL AS number FROM lots
  UNION ALL SELECT 'return', reference, pack, NULL FROM returns
  UNION ALL SELECT 'document', d.document, n.value, d.number
    FROM documents d CROSS JOIN json_each(d.packs) n
  UNION ALL SELECT 'reference', d.reference, n.value, d.number
    FROM documents d CROSS JOIN json_each(d.packs) n WHERE d.reference <> ''
  UNION ALL SELECT 'partner', t.partner, n.value, d.number
    FROM partners t CROSS JOIN json_each(t.numbers) o
    CROSS JOIN documents d ON d.id = (t.commit_no << 18) + o.value
    CROSS JOIN json_each(d.packs) n;

CREATE VIEW period_log AS
  SELECT l.key AS position, l.value ->> 'action' AS action, l.value ->> 'through' AS through,
    l.value ->> 'reason' AS reason, l.value ->> 'source' AS source,
    l.value ->> 'messageId' AS message_id, l.value ->> 'actor' AS actor,
    l.value ->> 'recordedAt' AS recorded_at
  FROM period, json_each(period.log) AS l;

CREATE VIEW pools AS
  SELECT p.sku AS sku, o.value ->> 0 AS pool, CAST(o.value ->> 1 AS INTEGER) AS quantity,
    CAST(o.value ->> 2 AS INTEGER) AS value, CAST(o.value ->> 3 AS INTEGER) AS last_cost,
    CAST(o.value ->> 4 AS INTEGER) AS reserved, o.value ->> 5 IS 1 AS untouched
  FROM last_packs p CROSS JOIN json_each(p.body, '$.pools') o;

CREATE VIEW reservation_log AS
  SELECT reservations.id AS id, l.key AS position, l.value ->> 'action' AS action, l.value ->> 'result' AS result,
    l.value ->> 'source' AS source, l.value ->> 'messageId' AS message_id,
    l.value ->> 'actor' AS actor, l.value ->> 'recordedAt' AS recorded_at, l.value ->> 'reason' AS reason
  FROM reservations, json_each(reservations.log) AS l;

CREATE VIEW stock AS
  SELECT sku, place, lot, status, owner, on_hand, reserved, version, since, expires_on FROM (
    SELECT max(p.id), p.sku AS sku, b.value ->> 0 AS place, b.value ->> 1 AS lot,
      b.value ->> 2 AS status, b.value ->> 3 AS owner, CAST(b.value ->> 4 AS INTEGER) AS on_hand,
      CAST(b.value ->> 5 AS INTEGER) AS reserved, b.value ->> 6 AS version,
      coalesce(b.value ->> 7, '') AS since, coalesce(b.value ->> 8, '') AS expires_on
    FROM current_packs p CROSS JOIN json_each(p.body, '$.balances') b GROUP BY 2, 3, 4, 5, 6
  ) WHERE reserved <> 0 OR (version <> 0 AND (lot = '' OR on_hand <> 0));
