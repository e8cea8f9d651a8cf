-- Usage of a closed UTC date by model, service tier, project, API key and user: who used it. Empty text where OpenAI sent
-- null. `free`: paid by OpenAI. `tier` as counted then.
CREATE TABLE daily_usage (
  date TEXT NOT NULL,
  model TEXT NOT NULL,
  service_tier TEXT NOT NULL,
  project TEXT NOT NULL,
  api_key TEXT NOT NULL,
  user TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('premium', 'mini')),
  free INTEGER NOT NULL CHECK (free IN (0, 1)),
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
  cached_tokens INTEGER NOT NULL CHECK (cached_tokens >= 0),
  requests INTEGER NOT NULL CHECK (requests >= 0),
  revision INTEGER NOT NULL,
  PRIMARY KEY (date, model, service_tier, project, api_key, user)
) STRICT, WITHOUT ROWID;

-- What OpenAI charges for a UTC date, in whole billionths of a dollar; credits are negative.
CREATE TABLE daily_costs (
  date TEXT NOT NULL,
  project TEXT NOT NULL,
  line_item TEXT NOT NULL,
  nano_usd INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (date, project, line_item)
) STRICT, WITHOUT ROWID;
