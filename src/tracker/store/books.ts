// The object's books: one row a day, one row an hour, whatever the number of groups, so that a poll writes a handful of
// rows and a cold wake reads a handful, at any age. Each row carries the revision that last changed it and the revision
// that D1 has acknowledged; what is newer is owed, and an index over just those rows finds it. A column that a partial
// index asks for is set only by statements that mean to change it: SQLite rewrites the index whenever one is named.

export const NEW_BOOKS: readonly string[] = [
  // A UTC date. `final`: its figures are closed. `settled`: nothing more is read for it. `handed`: D1 has all of it.
  // Short columns stand before the long one, so that a list of dates reads no page of groups.
  `CREATE TABLE day_book (
    date TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    final INTEGER NOT NULL CHECK (final IN (0, 1)),
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    handed INTEGER NOT NULL CHECK (handed IN (0, 1)),
    tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    premium_limit INTEGER NOT NULL,
    mini_limit INTEGER NOT NULL,
    groups_revision INTEGER NOT NULL,
    hours_revision INTEGER NOT NULL,
    hours_read_s INTEGER NOT NULL,
    hour_entries INTEGER NOT NULL,
    ticks_from_s INTEGER NOT NULL,
    refused TEXT,
    usage_acked INTEGER NOT NULL DEFAULT 0,
    usage_refused TEXT,
    fired TEXT NOT NULL,
    told TEXT NOT NULL DEFAULT '{}',
    groups TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX day_unsettled ON day_book (date) WHERE settled = 0',
  'CREATE INDEX day_owed ON day_book (date) WHERE acked < revision AND final = 1 AND refused IS NULL',
  'CREATE INDEX day_usage_owed ON day_book (date) WHERE usage_acked < groups_revision AND final = 1 AND usage_refused IS NULL',
  'CREATE INDEX day_usage_refused ON day_book (date) WHERE usage_refused IS NOT NULL',
  'CREATE INDEX day_unhanded ON day_book (date) WHERE settled = 1 AND handed = 0',
  // The groups of one hour, of dates that D1 does not have whole.
  `CREATE TABLE hour_book (
    hour INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    refused TEXT,
    groups TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX hour_owed ON hour_book (hour) WHERE acked < revision AND refused IS NULL',
  // The snapshots of one hour, of the same dates. D1 has those up to `acked_s` (Unix seconds): on a schedule of seconds an
  // hour has a thousand, and only the new ones are sent.
  `CREATE TABLE tick_book (
    hour INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    acked_s INTEGER NOT NULL,
    refused TEXT,
    points TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX tick_owed ON tick_book (hour) WHERE acked < revision AND refused IS NULL',
  // What was worth a message. `key` is the dedupe key of its kind: a second firing breaks it.
  `CREATE TABLE alert_book (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    timestamp INTEGER NOT NULL,
    date TEXT NOT NULL,
    tier TEXT,
    threshold REAL,
    tokens_used INTEGER NOT NULL,
    limit_value INTEGER NOT NULL,
    percentage INTEGER NOT NULL,
    message TEXT NOT NULL,
    late INTEGER NOT NULL,
    message_id TEXT,
    sent INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    refused TEXT
  ) STRICT`,
  'CREATE INDEX alert_time ON alert_book (timestamp)',
  'CREATE INDEX alert_date ON alert_book (date)',
  'CREATE INDEX alert_message ON alert_book (message_id)',
  'CREATE INDEX day_refused ON day_book (date) WHERE refused IS NOT NULL',
  'CREATE INDEX hour_refused ON hour_book (hour) WHERE refused IS NOT NULL',
  'CREATE INDEX tick_refused ON tick_book (hour) WHERE refused IS NOT NULL',
  'CREATE INDEX alert_refused ON alert_book (id) WHERE refused IS NOT NULL',
  'CREATE INDEX entry_parked ON history_entry (id) WHERE parked IS NOT NULL',
  'CREATE INDEX alert_owed ON alert_book (id) WHERE acked < revision AND refused IS NULL',
  "CREATE INDEX delivery_pending ON delivery (due_ms) WHERE state = 'pending'",
  "CREATE INDEX delivery_open ON delivery (channel) WHERE state <> 'delivered'",
  // How each receiver is doing, so that nobody counts its messages to know.
  `CREATE TABLE receiver (
    channel TEXT PRIMARY KEY,
    health TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  // The last known name of a project, an API key or a user; empty where OpenAI has none.
  `CREATE TABLE name_book (
    kind TEXT NOT NULL CHECK (kind IN ('project', 'api_key', 'user')),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID`,
  // What a UTC date costs, one row a date.
  `CREATE TABLE cost_book (
    date TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    acked INTEGER NOT NULL,
    final INTEGER NOT NULL CHECK (final IN (0, 1)),
    refused TEXT,
    nano_usd INTEGER NOT NULL,
    costs TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX cost_owed ON cost_book (date) WHERE acked < revision AND final = 1 AND refused IS NULL',
  'CREATE INDEX cost_refused ON cost_book (date) WHERE refused IS NOT NULL',
  // A read beside the poll that failed, or that is owed on its own: one row while it lasts.
  `CREATE TABLE side_read (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_ms INTEGER,
    error TEXT,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID`,
  'ALTER TABLE poll_state ADD COLUMN installation TEXT',
  'ALTER TABLE poll_state ADD COLUMN upstream_print TEXT',
  'ALTER TABLE poll_state ADD COLUMN receivers_print TEXT',
  'ALTER TABLE poll_state ADD COLUMN summaries_hour INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE poll_state ADD COLUMN costs_read_s INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE poll_state ADD COLUMN names_read_s INTEGER NOT NULL DEFAULT 0',
  "ALTER TABLE poll_state ADD COLUMN names_todo TEXT NOT NULL DEFAULT '[]'",
  "ALTER TABLE poll_state ADD COLUMN names_print TEXT NOT NULL DEFAULT ''",
  "ALTER TABLE poll_state ADD COLUMN pruned_date TEXT NOT NULL DEFAULT ''",
  "ALTER TABLE poll_state ADD COLUMN forgotten_date TEXT NOT NULL DEFAULT ''",
]

/**
 * The books of the release before, which had a row a group. Its queue for D1 (`history_entry`) stays and is emptied as it
 * stands: it may hold parts of hours, which are no hours. D1, or that queue, has the snapshots up to now, so each open
 * date says from when on the object has its own.
 */
export const FROM_OLD_BOOKS: readonly string[] = [
  `INSERT INTO day_book
     (date, revision, acked, final, settled, handed, tracked, premium_limit, mini_limit, groups_revision,
      hours_revision, hours_read_s, hour_entries, ticks_from_s, refused, fired, groups)
   SELECT date, revision, CASE final WHEN 1 THEN revision ELSE 0 END, final, final, final, tracked, premium_limit,
     mini_limit, revision, hours_revision, hours_read_s, hour_entries,
     coalesce((SELECT last_snapshot_s FROM poll_state), 0) + 1, NULL,
     (SELECT json_object(
        'premium', (SELECT json_group_array(threshold) FROM alert WHERE alert.date = day.date AND tier = 'premium'),
        'mini', (SELECT json_group_array(threshold) FROM alert WHERE alert.date = day.date AND tier = 'mini'))),
     (SELECT json_group_array(json_array(model, service_tier, project, '', '', input, output, cached, requests))
      FROM day_group WHERE day_group.date = day.date)
   FROM day`,
  `INSERT INTO hour_book (hour, revision, acked, refused, groups)
   SELECT hour, (SELECT seq + 1 FROM poll_state), 0, NULL,
     json_group_array(json_array(model, service_tier, project, '', '', input, output, cached, requests))
   FROM hour_group GROUP BY hour`,
  `INSERT INTO alert_book
     (id, kind, key, timestamp, date, tier, threshold, tokens_used, limit_value, percentage, message, late, message_id,
      sent, revision, acked, refused)
   SELECT id, 'threshold', 'threshold ' || date || ' ' || tier || ' ' || printf('%.10g', threshold), timestamp, date,
     tier, threshold, tokens_used, limit_value, percentage, message, late, message_id,
     EXISTS (SELECT 1 FROM delivery WHERE delivery.message_id = alert.message_id AND state = 'delivered'), 1, 1, NULL
   FROM alert`,
  // How the receivers are doing, as `src/outbox/channelHealth.ts` keeps it.
  `INSERT INTO receiver (channel, health)
   SELECT channel, json_object(
     'pending', count(*) FILTER (WHERE state = 'pending'),
     'parked', count(*) FILTER (WHERE state = 'parked'),
     'lastStatus', (SELECT last_status FROM delivery AS last WHERE last.channel = delivery.channel
                    AND (state <> 'pending' OR last_error IS NOT NULL) ORDER BY created_ms DESC LIMIT 1),
     'lastError', (SELECT last_error FROM delivery AS last WHERE last.channel = delivery.channel
                   AND (state <> 'pending' OR last_error IS NOT NULL) ORDER BY created_ms DESC LIMIT 1),
     'nextRetryAt', min(due_ms) FILTER (WHERE state = 'pending' AND last_error IS NOT NULL),
     'lastDeliveredAt', max(delivered_ms),
     'lastParkedAt', max(due_ms) FILTER (WHERE state = 'parked'))
   FROM delivery GROUP BY channel`,
  'UPDATE poll_state SET seq = seq + 1, history_fault = NULL',
  // Stretches of minutes were as long as the absence; they are rebuilt hour by hour now, as `gapsBetween` cuts them.
  `INSERT OR REPLACE INTO gap (from_s, to_s, width)
   WITH RECURSIVE piece (from_s, to_s, last_s) AS (
     SELECT from_s, min(to_s, ((from_s + 1) / 3600 + 1) * 3600), to_s FROM gap WHERE width = '1m'
     UNION ALL
     SELECT to_s - 1, min(last_s, to_s + 3600), last_s FROM piece WHERE to_s < last_s
   )
   SELECT from_s, to_s, '1m' FROM piece`,
  'DROP TABLE day_group',
  'DROP TABLE day',
  'DROP TABLE hour_group',
  'DROP TABLE alert',
]
