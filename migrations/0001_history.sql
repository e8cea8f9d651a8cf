-- One row a poll: the day's running totals as they were known then. The date is the UTC date of the timestamp, so the
-- primary key serves queries by date too and no second index is paid for on every write.
CREATE TABLE usage_snapshots (
  timestamp INTEGER PRIMARY KEY,
  date TEXT NOT NULL,
  premium_tokens INTEGER NOT NULL CHECK (premium_tokens >= 0),
  mini_tokens INTEGER NOT NULL CHECK (mini_tokens >= 0),
  revision INTEGER NOT NULL
) STRICT;

-- Usage of one model, service tier and project in the hour that starts at `hour` (Unix seconds). A group that OpenAI
-- took back stays with zeros.
CREATE TABLE model_usage (
  hour INTEGER NOT NULL,
  model TEXT NOT NULL,
  service_tier TEXT NOT NULL,
  project TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('premium', 'mini')),
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
  cached_tokens INTEGER NOT NULL CHECK (cached_tokens >= 0),
  requests INTEGER NOT NULL CHECK (requests >= 0),
  revision INTEGER NOT NULL,
  PRIMARY KEY (hour, model, service_tier, project)
) STRICT, WITHOUT ROWID;

-- The sum of each hour by tier, so that a long curve reads one row a point instead of one a model.
CREATE TABLE hour_totals (
  hour INTEGER PRIMARY KEY,
  premium_tokens INTEGER NOT NULL CHECK (premium_tokens >= 0),
  mini_tokens INTEGER NOT NULL CHECK (mini_tokens >= 0),
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE daily_summaries (
  date TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('premium', 'mini')),
  tokens_used INTEGER NOT NULL CHECK (tokens_used >= 0),
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
  cached_tokens INTEGER NOT NULL CHECK (cached_tokens >= 0),
  requests INTEGER NOT NULL CHECK (requests >= 0),
  free_tokens INTEGER NOT NULL CHECK (free_tokens >= 0),
  billed_tokens INTEGER NOT NULL CHECK (billed_tokens >= 0),
  limit_value INTEGER NOT NULL CHECK (limit_value > 0),
  final INTEGER NOT NULL CHECK (final IN (0, 1)),
  revision INTEGER NOT NULL,
  PRIMARY KEY (date, tier)
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  timestamp INTEGER NOT NULL,
  date TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('premium', 'mini')),
  threshold REAL NOT NULL,
  tokens_used INTEGER NOT NULL,
  limit_value INTEGER NOT NULL,
  percentage INTEGER NOT NULL,
  message TEXT NOT NULL,
  sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
  late INTEGER NOT NULL CHECK (late IN (0, 1)),
  created_at TEXT NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
