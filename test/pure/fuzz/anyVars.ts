import fc from 'fast-check'
import { VAR_NAMES, type Vars } from '../../../src/config/readConfig.ts'
import { anyText } from './anyBytes.ts'

/** A field of a cron expression: its own values, what any field takes, and noise. */
const field = (...own: string[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('*', '*/7', ...own) },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789*/,-?L#'), minLength: 1, maxLength: 6 }) },
  )
export const anyCron = fc
  .tuple(
    fc.constantFrom('', '', '0', '*/2', '?'),
    field('0', '59', '1-5', '7/3'),
    field('0', '23', '?'),
    field('1', '29', '30', '31', 'L', 'LW'),
    field('2', 'FEB', '2,4,6,9,11', '12'),
    field('MON#2', '5L', '0', 'MON-FRI', 'SUN#5'),
  )
  .map(fields => fields.join(' ').trim())
const host = fc.oneof(
  fc.constantFrom(
    'localhost',
    '127.0.0.1',
    '[::1]',
    '1.2.3.4.5',
    '999.1.1.1',
    'xn--',
    '...',
    '-',
    'a..b',
    'team.example',
  ),
  fc.string({ unit: fc.constantFrom(...'abc019.-_[]:%@'), maxLength: 12 }),
)
const url = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'slack+https://', 'discord+http://', 'ftp://', '//', ''),
    fc.constantFrom('', 'user@', 'user:pw@', ':pw@', '@'),
    fc.oneof(host, fc.constantFrom('hooks.slack.com', 'discord.com', 'example.com')),
    fc.oneof(
      fc.constantFrom('', '/', '/services/T0/B0/x', '/api/webhooks/1/x', '/v1/', '/?', '/#', '/a?b=c#d'),
      anyText,
    ),
  )
  .map(parts => parts.join(''))
const base64 = fc.string({ unit: fc.constantFrom(...'ABCxyz019+/='), minLength: 20, maxLength: 100 })

/** Values that come close to what each variable means, beside values that do not. */
const GRAMMARS: Partial<Record<keyof Vars, fc.Arbitrary<string>>> = {
  OPENAI_BASE_URL: url,
  OPENAI_PROJECT_IDS: fc
    .array(fc.oneof(fc.constantFrom('proj_', 'proj_a', '"proj_b-9"', 'My project', '['), anyText), { maxLength: 4 })
    .map(entries => entries.join(',')),
  ALERT_WEBHOOK_URL: fc.array(url, { maxLength: 4 }).map(urls => urls.join(',')),
  ALERT_WEBHOOK_SECRET: fc.tuple(fc.constantFrom('', 'whsec_'), base64).map(parts => parts.join('')),
  POLL_CRON: anyCron,
  MODEL_TIERS: fc.json(),
  AUTH_MODE: fc.constantFrom('token', 'access', 'open', 'Open', 'none', ''),
  ACCESS_TEAM_DOMAIN: fc.oneof(host, url),
  CORS_ORIGINS: fc.array(fc.oneof(url, fc.constant('*')), { maxLength: 3 }).map(origins => origins.join(' ')),
  ALERT_THRESHOLD: fc.array(fc.oneof(fc.double(), fc.integer()).map(String)).map(numbers => numbers.join(',')),
}
const NUMBERS = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.bigInt().map(String))

/** Any of the variables, each with any value. */
export const anyVars: fc.Arbitrary<Vars> = fc.record(
  Object.fromEntries(VAR_NAMES.map(name => [name, fc.oneof(GRAMMARS[name] ?? NUMBERS, NUMBERS, anyText)])),
  { requiredKeys: [] },
)

/** As `[vars]` of a TOML file can give them at run time: numbers, booleans, lists and tables as well. */
export const anyTomlVars: fc.Arbitrary<Vars> = fc
  .dictionary(fc.constantFrom(...VAR_NAMES), fc.jsonValue())
  .map(vars => vars as Vars)
