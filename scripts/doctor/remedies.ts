const OTHER_KEY = 'npm run setup asks for a key, tries it and sets it (npm run setup -- --local for this machine).'
const PASSES = 'If it stays for more than an hour, look at https://status.openai.com/ and at npm run tail.'
const REPORT = 'Report it with the line of the log that says why: npm run tail.'
const READ_AGAIN = 'A date is read again by POST /api/reconcile?date=YYYY-MM-DD.'

/** What to do about each error that the tracker knows, by its code, beside what the tracker itself says. */
export const REMEDIES = {
  not_configured: [OTHER_KEY],
  upstream_refused: [OTHER_KEY],
  upstream_missing_scope: [OTHER_KEY],
  upstream_region_blocked: [
    'Where a Worker was started stays its place: another WORKER_NAME at npm run setup starts anew.',
  ],
  upstream_ip_blocked: [],
  upstream_rate_limited: ['Other programs that read the Usage API with keys of the same organization count too.'],
  upstream_quota: [],
  upstream_error: [PASSES],
  upstream_unexpected_status: ['A proxy in the place of OpenAI must serve /organization/usage/completions.'],
  upstream_unreachable: [PASSES],
  upstream_timeout: [PASSES],
  upstream_malformed: ['Somebody in between may answer in the place of OpenAI: a proxy, a block page.'],
  upstream_does_not_add_up: [READ_AGAIN],
  postponed: [],
  brake_allow_list_empty: ['docs/brake.md says what the brake leaves alone.'],
  brake_off: ['docs/brake.md says how to turn it on.'],
  brake_policy_gone: ['A proxy in the place of OpenAI must serve /organization/projects/{id}/model_permissions.'],
  brake_not_kept: ['docs/brake.md says how to undo it by hand.'],
  hours_do_not_add_up: [READ_AGAIN],
  hours_differ: [READ_AGAIN],
  hours_missing: [],
  filter_matches_nothing: ['npm run setup shows the names of the projects that a key can read.'],
  forecast_failed: [REPORT],
  budget_failed: [REPORT],
  storage_failed: [
    'Locally: make room on the disk of .wrangler/state. At Cloudflare: see the limits of the free plan in docs/cost.md.',
  ],
  tracker_unavailable: ['Try again in a minute: a deploy or an update of the platform restarts it. Then npm run tail.'],
  too_soon: [],
  bad_date: [],
  needs_migration: [],
  failing: ['Is the database there? npx wrangler d1 list'],
  auth_not_configured: ['npm run setup makes an API_TOKEN and sets it.'],
  wrong_token: ['npm run setup -- --new-token makes another and shows it.'],
  unauthorized: [
    'Put the token into the environment: API_TOKEN=... (or run this in a terminal, where it is asked for).',
  ],
  too_many_tries: ['Wait a minute, then try again with the right token.'],
} as const satisfies Record<string, readonly string[]>
