import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REMEDIES } from '../../../scripts/doctor/remedies.ts'
import { statusFindings } from '../../../scripts/doctor/statusFindings.ts'
import type { StatusView } from '../../../src/wire.ts'
import { sampleChannel, sampleStatus } from './sampleStatus.ts'

const NOW_S = 1_764_000_000
const error = { since: 1, upstream_status: 403, request_id: null }
const parked = sampleChannel({ state: 'parked', parked: 2, last_status: 404, last_error: 'no_service' })
const retrying = sampleChannel({ state: 'retrying', pending: 3, last_status: null, last_error: 'unreachable' })

const BROKEN: [what: string, change: Partial<StatusView>, cause: RegExp][] = [
  [
    'a key without the scope',
    { error: { ...error, code: 'upstream_missing_scope', message: 'It lacks api.usage.read.', action: 'Create one.' } },
    /^It lacks api\.usage\.read/,
  ],
  [
    "a project's key, of which OpenAI says that it lacks a scope",
    {
      error: { ...error, code: 'upstream_missing_scope', message: 'It lacks a scope.', action: 'Create one.' },
      config_hints: [{ name: 'OPENAI_ADMIN_KEY', message: "OPENAI_ADMIN_KEY is a project's key (sk-proj-...)." }],
    },
    /is a project's key/,
  ],
  ['a tracker that sees nothing and says no error', { state: 'blind' }, /not been read for three intervals/],
  ['an alarm that was lost', { next_poll: NOW_S - 3600 }, /60 minutes late/],
  [
    'tables that are missing',
    { history: { state: 'needs_migration', message: 'D1 lacks tables (x)', action: 'Run them.', since: 1 } },
    /^D1 lacks tables/,
  ],
  [
    'a database that fails',
    { history: { state: 'failing', message: 'D1 does not take days', action: 'Nothing.', since: 1 } },
    /^D1 does not take days/,
  ],
  [
    'a parked receiver',
    { deliveries: { pending: 0, parked: 2, channels: [parked] } },
    /refuses for good \(status 404, no_service\): 2/,
  ],
  [
    'a receiver that fails',
    { deliveries: { pending: 3, parked: 0, channels: [retrying] } },
    /fails \(unreachable\): 3 messages wait/,
  ],
  [
    'a read that fails',
    {
      reads: [
        {
          kind: 'hours',
          date: '2026-11-02',
          since: 1,
          attempts: 3,
          next_attempt_at: null,
          error: { code: 'hours_do_not_add_up', message: 'They do not add up.', action: 'Nothing.' },
        },
      ],
    },
    /^hours of 2026-11-02: They do not add up/,
  ],
  ['a bad setting', { config_problems: [{ name: 'ALERTS', message: 'ALERTS has "x".' }] }, /^ALERTS has "x"/],
  ['rows that D1 refused', { outbox: { pending: 0, parked: 4, oldest_at: 1 } }, /refused 4 rows/],
  ['a clock that is wrong', { server_time: NOW_S + 500 }, /500 s behind/],
]

describe('statusFindings', () => {
  it('finds nothing wrong with a tracker that is well', () => {
    expect(statusFindings(sampleStatus(NOW_S), NOW_S * 1000)).toEqual([])
  })

  it.each(BROKEN)('names the cause first: %s', (_what, change, cause) => {
    const [first] = statusFindings(sampleStatus(NOW_S, change), NOW_S * 1000)
    expect(first?.level).toBe('fault')
    expect(first?.cause).toMatch(cause)
    expect(first?.todo.length).toBeGreaterThan(0)
  })

  it('takes for a hint what is used, but looks like a mistake', () => {
    const change = { config_hints: [{ name: 'POLL_CRON', message: 'POLL_CRON asks for 8640 polls a day.' }] }
    const found = statusFindings(sampleStatus(NOW_S, { ...change, unclassified_models: ['gpt-9'] }), NOW_S * 1000)
    expect(found.map(({ level }) => level)).toEqual(['hint', 'hint'])
  })
})

describe('what doctor knows', () => {
  /** As the code of the tracker writes them; `${of}_failed` of guarded.ts and the states of history are put together. */
  const written = ['src/openai', 'src/tracker']
    .flatMap(filesOf)
    .flatMap(text => [...text.matchAll(/\bcode: '([a-z_]+)'/g)].map(([, code]) => code ?? ''))
  const codes = [...new Set([...written, 'forecast_failed', 'budget_failed', 'needs_migration', 'failing'])].sort()

  it('has something to say on every error that a status can show', () => {
    expect(codes.length).toBeGreaterThan(15)
    expect(codes.filter(code => !(code in REMEDIES))).toEqual([])
  })

  it('sends to a page that has a word on each', () => {
    const page = readFileSync('docs/troubleshooting.md', 'utf8')
    expect(Object.keys(REMEDIES).filter(code => !page.includes(`\`${code}\``))).toEqual([])
  })
})

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => readFileSync(join(folder, path), 'utf8'))
}
