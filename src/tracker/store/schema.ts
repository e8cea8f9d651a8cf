import { FROM_OLD_BOOKS, NEW_BOOKS } from './books.ts'
import { first, type Sql } from './sql.ts'

// The object's tables. Append-only: a migration that has run anywhere is never edited. SQLite's user_version is refused
// in a Durable Object, so the version is a row.

const MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE poll_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      seq INTEGER NOT NULL,
      first_success_ms INTEGER,
      last_attempt_ms INTEGER,
      last_success_ms INTEGER,
      last_snapshot_s INTEGER,
      failures INTEGER NOT NULL,
      fault TEXT,
      fault_since_ms INTEGER,
      not_before_ms INTEGER NOT NULL,
      next_poll_ms INTEGER,
      simulated INTEGER NOT NULL,
      backfill TEXT NOT NULL,
      history_fault TEXT,
      frames_reserved INTEGER NOT NULL,
      problems_logged TEXT
    ) STRICT`,
    // A UTC date. Open (final = 0) until 48 h after its end; its groups are the truth, D1 is the copy.
    `CREATE TABLE day (
      date TEXT PRIMARY KEY,
      revision INTEGER NOT NULL,
      final INTEGER NOT NULL,
      tracked INTEGER NOT NULL,
      premium_limit INTEGER NOT NULL,
      mini_limit INTEGER NOT NULL,
      hours_read_s INTEGER NOT NULL,
      hours_revision INTEGER NOT NULL,
      hour_entries INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE day_group (
      date TEXT NOT NULL,
      model TEXT NOT NULL,
      service_tier TEXT NOT NULL,
      project TEXT NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cached INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      PRIMARY KEY (date, model, service_tier, project)
    ) STRICT, WITHOUT ROWID`,
    // Hours of open days. dirty: not yet handed to D1.
    `CREATE TABLE hour_group (
      hour INTEGER NOT NULL,
      model TEXT NOT NULL,
      service_tier TEXT NOT NULL,
      project TEXT NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cached INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      dirty INTEGER NOT NULL,
      PRIMARY KEY (hour, model, service_tier, project)
    ) STRICT, WITHOUT ROWID`,
    // Stretches of the curve to rebuild, each inside one UTC date: from_s excluded, to_s excluded.
    `CREATE TABLE gap (
      from_s INTEGER PRIMARY KEY,
      to_s INTEGER NOT NULL,
      width TEXT NOT NULL CHECK (width IN ('1m', '1h'))
    ) STRICT`,
    `CREATE TABLE alert (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      timestamp INTEGER NOT NULL,
      date TEXT NOT NULL,
      tier TEXT NOT NULL,
      threshold REAL NOT NULL,
      tokens_used INTEGER NOT NULL,
      limit_value INTEGER NOT NULL,
      percentage INTEGER NOT NULL,
      message TEXT NOT NULL,
      late INTEGER NOT NULL,
      message_id TEXT,
      UNIQUE (date, tier, threshold)
    ) STRICT`,
    `CREATE TABLE message (
      id TEXT PRIMARY KEY,
      created_ms INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE delivery (
      message_id TEXT NOT NULL,
      channel TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')),
      attempts INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      due_ms INTEGER NOT NULL,
      plain INTEGER NOT NULL,
      last_status INTEGER,
      last_error TEXT,
      delivered_ms INTEGER,
      unanswered INTEGER NOT NULL,
      PRIMARY KEY (message_id, channel)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE history_entry (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      revision INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      body TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      parked TEXT
    ) STRICT`,
  ],
  [
    // Sessions of the page that were signed out, until they would have expired.
    `CREATE TABLE ended_session (
      id TEXT PRIMARY KEY,
      expires_s INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Since when polls fail, and the message that told of it.
    'ALTER TABLE poll_state ADD COLUMN failing_since_ms INTEGER',
    'ALTER TABLE poll_state ADD COLUMN blind_told TEXT',
  ],
  [...NEW_BOOKS, ...FROM_OLD_BOOKS],
  [
    // What a past date tells about today (`src/usage/dayProfile.ts`).
    `CREATE TABLE profile_book (
      date TEXT PRIMARY KEY,
      tiers TEXT NOT NULL,
      profile TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Single notes that are read whole, by name.
    `CREATE TABLE note_book (
      name TEXT PRIMARY KEY,
      print TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    "ALTER TABLE poll_state ADD COLUMN foresight TEXT NOT NULL DEFAULT '{}'",
  ],
  [
    // When a receiver that holds incidents open must be told that this one is over; null: it need not, or it is owed.
    'ALTER TABLE delivery ADD COLUMN ends_s INTEGER',
    'CREATE INDEX delivery_ends ON delivery (ends_s) WHERE ends_s IS NOT NULL',
  ],
  [
    // Polls by what they came to.
    "ALTER TABLE poll_state ADD COLUMN polls TEXT NOT NULL DEFAULT '{}'",
  ],
  [
    // A project that the brake has touched, until OpenAI was seen without the brake (`src/tracker/brake/`).
    `CREATE TABLE brake_project (
      project TEXT PRIMARY KEY,
      wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      original TEXT NOT NULL,
      marks TEXT NOT NULL,
      print TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      next_ms INTEGER NOT NULL,
      unsure_until_ms INTEGER NOT NULL,
      only_seen INTEGER NOT NULL CHECK (only_seen IN (0, 1)),
      error TEXT
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Whether an hour of ticks is behind the newest one, which is written and handed over at every poll. What a release before
    // this one writes, should it run again, counts as past.
    'ALTER TABLE tick_book ADD COLUMN past INTEGER NOT NULL DEFAULT 1',
    'UPDATE tick_book SET past = 0 WHERE hour = (SELECT max(hour) FROM tick_book)',
    'DROP INDEX tick_owed',
    'CREATE INDEX tick_owed ON tick_book (hour) WHERE past = 1 AND acked < revision AND refused IS NULL',
    'CREATE INDEX tick_newest ON tick_book (hour) WHERE past = 0',
  ],
  [
    // Since when OpenAI answers that there is no policy where one should be; 0: it does not.
    'ALTER TABLE brake_project ADD COLUMN gone_since_ms INTEGER NOT NULL DEFAULT 0',
  ],
]

/**
 * Brings the tables to this release's shape. Runs in the constructor: synchronous, and where nothing is new it only
 * reads, so that an object whose storage takes nothing still starts and shows what it has.
 */
export function migrate(sql: Sql): void {
  const version = schemaVersion(sql)
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < version) continue
    sql.transaction(() => {
      if (index === 0) sql.all('CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT')
      for (const statement of statements) sql.all(statement)
      sql.all('INSERT INTO schema_version (version) VALUES (?)', index + 1)
    })
  }
}

/** How many of the migrations the tables have seen. */
function schemaVersion(sql: Sql): number {
  if (first(sql, "SELECT 1 FROM sqlite_master WHERE name = 'schema_version' LIMIT 1") === null) return 0
  return first<{ version: number }>(sql, 'SELECT max(version) AS version FROM schema_version')?.version ?? 0
}
