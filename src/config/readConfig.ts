import { Cron } from 'croner'
import * as v from 'valibot'
import { type Channel, parseChannel } from '../receivers/channel.ts'
import { Secret } from '../secret.ts'
import type { ConfigProblem, Tier } from '../wire.ts'

// Bindings in, checked values out. Every bad value becomes a named problem and the documented default; nothing here
// throws, because a typo in a limit must not stop the polling that the other limit relies on. Values of secrets are
// never repeated in a problem.

/** The Worker's variables and secrets, all optional and all text (`wrangler dev --var` and `[vars]` give no more). */
export type Vars = Partial<Record<(typeof VAR_NAMES)[number], string>>

export const VAR_NAMES = [
  'OPENAI_ADMIN_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_PROJECT_IDS',
  'PREMIUM_TIER_LIMIT',
  'MINI_TIER_LIMIT',
  'ALERT_THRESHOLD',
  'ALERT_WEBHOOK_URL',
  'ALERT_WEBHOOK_SECRET',
  'POLL_CRON',
  'POLL_COOLDOWN_SECONDS',
  'MODEL_TIERS',
  'AUTH_MODE',
  'API_TOKEN',
  'ACCESS_TEAM_DOMAIN',
  'ACCESS_AUD',
  'CORS_ORIGINS',
] as const

/** Who may see the data. `locked`: nobody, until the setting named in `reason` is mended. */
export type Auth =
  | { mode: 'open' }
  | { mode: 'token'; token: Secret }
  | { mode: 'access'; teamDomain: string; audience: string }
  | { mode: 'locked'; reason: string }

export interface Config {
  /** Null: not set, or unusable; then nothing is polled and everything else runs. */
  adminKey: Secret | null
  /** Without a trailing slash. */
  baseUrl: string
  /** Empty: all projects. */
  projectIds: string[]
  limits: Record<Tier, number>
  /** Percent, ascending, no repeats. */
  thresholds: number[]
  channels: Channel[]
  /** Standard Webhooks secret, `whsec_` and base64. */
  webhookSecret: Secret | null
  pollCron: string
  pollCooldownMs: number
  modelTiers: ReadonlyMap<string, Tier>
  auth: Auth
  corsOrigins: string[]
  problems: ConfigProblem[]
}

export const DEFAULTS = {
  baseUrl: 'https://api.openai.com/v1',
  limits: { premium: 1_000_000, mini: 10_000_000 },
  thresholds: [80],
  pollCron: '*/5 * * * *',
  pollCooldownSeconds: 10,
} as const

/** Shorter tokens can be guessed; `openssl rand -hex 32` gives 64 characters. */
export const SHORTEST_API_TOKEN = 32
const HIGHEST_THRESHOLD = 1000
const SHOWN_VALUE_CHARS = 64
const MOST_PROBLEMS = 20
const MOST_SEARCHED_CHARS = 4 * SHOWN_VALUE_CHARS

export function readConfig(vars: Vars): Config {
  const problems: ConfigProblem[] = []
  const text = (name: keyof Vars): string | null => {
    const value = vars[name]
    return value === undefined || value === null || String(value).trim() === '' ? null : String(value).trim()
  }
  const problem = (name: string, message: string) => {
    problems.push({ name, message })
  }
  const read = <T>(name: keyof Vars, parse: (value: string) => T | null, fallback: T, wanted: string): T => {
    const value = text(name)
    if (value === null) return fallback
    const parsed = parse(value)
    if (parsed !== null) return parsed
    problem(name, `${name} is ${show(value)}, but must be ${wanted}; using the default ${showDefault(fallback)}.`)
    return fallback
  }
  const tokens = 'a whole number of tokens above 0'

  return {
    adminKey: readAdminKey(text('OPENAI_ADMIN_KEY'), problem),
    baseUrl: read('OPENAI_BASE_URL', parseBaseUrl, DEFAULTS.baseUrl, 'an http(s) URL'),
    projectIds: list(text('OPENAI_PROJECT_IDS')),
    limits: {
      premium: read('PREMIUM_TIER_LIMIT', parseCount, DEFAULTS.limits.premium, tokens),
      mini: read('MINI_TIER_LIMIT', parseCount, DEFAULTS.limits.mini, tokens),
    },
    thresholds: read(
      'ALERT_THRESHOLD',
      parseThresholds,
      [...DEFAULTS.thresholds],
      `percentages above 0 and up to ${HIGHEST_THRESHOLD}, like 80 or 50,80,95,100`,
    ),
    channels: readChannels(list(text('ALERT_WEBHOOK_URL')), problem),
    webhookSecret: readWebhookSecret(text('ALERT_WEBHOOK_SECRET'), problem),
    pollCron: read(
      'POLL_CRON',
      parseCron,
      DEFAULTS.pollCron,
      'a cron expression with five fields (or six, seconds first) that comes true, in UTC, like */5 * * * *',
    ),
    pollCooldownMs:
      read('POLL_COOLDOWN_SECONDS', parseSeconds, DEFAULTS.pollCooldownSeconds, 'seconds from 0 to 3600') * 1000,
    modelTiers: read(
      'MODEL_TIERS',
      parseModelTiers,
      new Map<string, Tier>(),
      'JSON like {"my-model":"mini"} with the values "premium" or "mini"',
    ),
    auth: readAuth(text, problem),
    corsOrigins: readOrigins(list(text('CORS_ORIGINS')), problem),
    problems: atMost(MOST_PROBLEMS, problems),
  }
}

/** A list of a thousand bad entries must not fill every status and frame. */
function atMost(most: number, problems: ConfigProblem[]): ConfigProblem[] {
  const first = problems.slice(0, most)
  const next = problems[most]
  if (next === undefined) return first
  return [...first, { name: next.name, message: `${problems.length - most} more problems are not listed.` }]
}

type Report = (name: string, message: string) => void

function readAdminKey(value: string | null, problem: Report): Secret | null {
  if (value === null) return null
  // Anything else cannot be sent in a header; sending it would throw with the key in the message.
  if (/^[\x21-\x7e]+$/.test(value)) return new Secret(value)
  problem('OPENAI_ADMIN_KEY', 'OPENAI_ADMIN_KEY contains spaces, line breaks or non-ASCII characters; set it again.')
  return null
}

function readChannels(urls: string[], problem: Report): Channel[] {
  const channels = new Map<string, Channel>()
  for (const [index, url] of urls.entries()) {
    const parsed = parseChannel(url)
    if (parsed.ok) channels.set(parsed.channel.id, parsed.channel)
    else {
      problem('ALERT_WEBHOOK_URL', `ALERT_WEBHOOK_URL, entry ${index + 1}, ${parsed.reason}; it gets no alerts.`)
    }
  }
  return [...channels.values()]
}

/** Standard Webhooks asks for 24 to 64 bytes: https://github.com/standard-webhooks/standard-webhooks (spec, secrets). */
function readWebhookSecret(value: string | null, problem: Report): Secret | null {
  if (value === null) return null
  const base64 = value.replace(/^whsec_/, '')
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Math.floor((base64.replace(/=+$/, '').length * 3) / 4) : 0
  if (bytes >= 24 && bytes <= 64) return new Secret(`whsec_${base64}`)
  problem(
    'ALERT_WEBHOOK_SECRET',
    'ALERT_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64; generic webhooks go out unsigned.',
  )
  return null
}

function readAuth(text: (name: keyof Vars) => string | null, problem: Report): Auth {
  const locked = (name: string, reason: string): Auth => {
    problem(name, reason)
    return { mode: 'locked', reason }
  }
  const mode = text('AUTH_MODE') ?? 'token'
  switch (mode) {
    case 'open':
      return { mode }
    case 'token': {
      const token = text('API_TOKEN')
      const set = 'set one of at least 32 random characters: npx wrangler secret put API_TOKEN'
      if (token === null) return locked('API_TOKEN', `API_TOKEN is not set, so nobody can see the data; ${set}`)
      if (token.length >= SHORTEST_API_TOKEN) return { mode, token: new Secret(token) }
      return locked('API_TOKEN', `API_TOKEN has ${token.length} characters, which can be guessed; ${set}`)
    }
    case 'access': {
      // Lower case, as in the issuer of the tokens.
      const teamDomain = text('ACCESS_TEAM_DOMAIN')
        ?.toLowerCase()
        .replace(/^https:\/\//, '')
        .replace(/\/+$/, '')
      const audience = text('ACCESS_AUD')
      if (!teamDomain) {
        return locked(
          'ACCESS_TEAM_DOMAIN',
          'AUTH_MODE is access, but ACCESS_TEAM_DOMAIN is not set (team.cloudflareaccess.com)',
        )
      }
      // Without a dot it is no team's, and perhaps a token.
      if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(teamDomain) || !URL.canParse(`https://${teamDomain}`)) {
        return locked('ACCESS_TEAM_DOMAIN', `ACCESS_TEAM_DOMAIN is ${show(teamDomain)}, but must be a host name`)
      }
      if (!audience) {
        return locked('ACCESS_AUD', "AUTH_MODE is access, but ACCESS_AUD is not set (the application's AUD tag)")
      }
      return { mode, teamDomain, audience }
    }
    default: {
      // Anyone may read this, and a token set under the wrong name is no word.
      const shown = /^[a-z ]{1,16}$/i.test(mode) ? show(mode) : 'unknown'
      return locked('AUTH_MODE', `AUTH_MODE is ${shown}, but must be token, access or open; nobody can see the data`)
    }
  }
}

function readOrigins(values: string[], problem: Report): string[] {
  return values.filter(value => {
    // A host with a star parses, and no browser ever sends it.
    const exact = value === '*' || (!value.includes('*') && URL.canParse(value) && new URL(value).origin === value)
    if (!exact)
      problem(
        'CORS_ORIGINS',
        `CORS_ORIGINS lists ${show(value)}, which is not an exact origin like https://host; ignored.`,
      )
    return exact
  })
}

function parseBaseUrl(value: string): string | null {
  if (!URL.canParse(value)) return null
  const url = new URL(value)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null
  // An empty query or fragment is not in `search` or `hash`, and would swallow the path that is put behind it.
  if (/[?#]/.test(url.href)) return null
  return url.href.replace(/\/+$/, '')
}

function parseCount(value: string): number | null {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(count) && count > 0 ? count : null
}

function parseSeconds(value: string): number | null {
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  return seconds >= 0 && seconds <= 3600 ? seconds : null
}

function parseThresholds(value: string): number[] | null {
  const parts = value.split(',').map(part => part.trim().replace(/%$/, ''))
  // Three decimals at most, so that a threshold is exact in thousandths of a percent.
  if (!parts.every(part => /^\d{1,4}(\.\d{1,3})?$/.test(part))) return null
  const thresholds = [...new Set(parts.map(Number))].sort((a, b) => a - b)
  return thresholds.every(percent => percent > 0 && percent <= HIGHEST_THRESHOLD) ? thresholds : null
}

function parseCron(value: string): string | null {
  const fields = value.split(/\s+/).length
  // croner would also take ISO dates and seven fields (years).
  if ((fields !== 5 && fields !== 6) || !/^[\d*/,\-\sA-Za-z#?L]+$/.test(value)) return null
  try {
    const cron = new Cron(value, { mode: fields === 6 ? '6-part' : '5-part', timezone: 'UTC', paused: true })
    return cron.nextRun(new Date(0)) === null ? null : value
  } catch {
    return null
  }
}

const ModelTiers = v.record(v.pipe(v.string(), v.nonEmpty()), v.picklist(['premium', 'mini']))

function parseModelTiers(value: string): ReadonlyMap<string, Tier> | null {
  try {
    const json: unknown = JSON.parse(value)
    // valibot takes a list for a record without keys.
    const parsed = v.safeParse(ModelTiers, Array.isArray(json) ? null : json)
    return parsed.success ? new Map(Object.entries(parsed.output)) : null
  } catch {
    return null
  }
}

function list(value: string | null): string[] {
  return value === null ? [] : value.split(/[\s,]+/).filter(part => part !== '')
}

/** A secret set under another name: by its prefix, as user, password or path of a URL, or as a long run without a break. */
const SECRET_LOOK = /\b(?:sk-|whsec_)\S+|[^\s/]+@|(?<=:\/\/[^\s/]{1,253}\/)[^\s"]+|(?=\w*[a-z])[\w+=]{20,}/gi

function show(value: string): string {
  // Cut before it is searched: what looks back and ahead over kilobytes takes a tenth of a second.
  const safe = value.slice(0, MOST_SEARCHED_CHARS).replace(SECRET_LOOK, '[redacted]')
  const short = safe.length > SHOWN_VALUE_CHARS ? `${safe.slice(0, SHOWN_VALUE_CHARS)}…` : safe
  return JSON.stringify(short)
}

function showDefault(value: unknown): string {
  if (value instanceof Map) return '(none)'
  return Array.isArray(value) ? value.join(',') : String(value)
}
