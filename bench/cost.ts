// What a day costs by the platform's own counters, at two ages and two sizes. The product's object lives through 400 days
// on a moved clock, with real commits, alerts every day and a real D1; see bench/worker/agedTracker.ts.

import { count, Report } from './report.ts'
import { type Runtime, startRuntime } from './runtime.ts'
import type { Counts } from './worker/counts.ts'

type SizeName = 'ordinary' | 'large'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-01-05T00:00:00Z')
const OLD_DAY = 400
const YOUNG_DAY = 3

/** Polls of the year in between; when ordinary, each threshold is crossed at a poll of its own. */
const AGEING: Record<SizeName, { POLL_CRON: string; perDay: string }> = {
  ordinary: { POLL_CRON: '0 12,17,20,23 * * *', perDay: 'four polls a day' },
  large: { POLL_CRON: '0 23 * * *', perDay: 'one' },
}
/** D1 keeps the last days only: what it has does not change what the object does. */
const D1_KEPT_DAYS = 4

/** Days without D1's tables, polled every half hour; then they are made. */
const BARE_DAYS = 60
const BARE_CRON = '*/30 * * * *'
/** A longer run would outlast the time that a request waits for its answer. */
const BARE_STRIDE_DAYS = 10

const receivers = (number: number) => ({
  ALERT_WEBHOOK_URL: Array.from({ length: number }, (_, at) =>
    at % 2 === 0 ? `https://hooks.slack.com/services/T0/B${at}/x` : `https://alerts.example/hook/${at}`,
  ).join(','),
})

interface Life {
  days: { label: string; day: Counts; watched: Counts; bytes: number }[]
  absence: { most: number; wakes: number; seconds: number }
}

const [ordinary, large, alone] = await Promise.all([live('ordinary'), live('large'), withoutTables()])
print(ordinary, large)
printWithoutTables(alone)

async function live(size: SizeName): Promise<Life> {
  const runtime = await startRuntime()
  try {
    await runtime.ask('/aged/begin', { size, startMs: START_MS, vars: receivers(2) })
    const days = [await measure(runtime, size, YOUNG_DAY), await measure(runtime, size, OLD_DAY)]
    return { days, absence: await absence(runtime) }
  } finally {
    await runtime.end()
  }
}

/** Lets the object grow up to a day, then counts that day without a dashboard and the next one with one. */
async function measure(runtime: Runtime, size: SizeName, day: number): Promise<Life['days'][number]> {
  const { POLL_CRON } = AGEING[size]
  const at = (days: number) => START_MS + days * DAY_MS
  const grown = day - D1_KEPT_DAYS
  // When large, hours of a year are the longest part of a run, and all of them have left the object by then.
  const busyFromMs = size === 'large' && day === OLD_DAY ? at(grown) : 0
  for (let next = YOUNG_DAY + 2; next < grown; next = Math.min(grown, next + 20))
    await run(runtime, { untilMs: at(Math.min(grown, next + 20)), vars: { POLL_CRON }, d1: 'blind', busyFromMs })
  await run(runtime, { untilMs: at(day) - HOUR_MS, vars: { POLL_CRON } })
  // The last hour before is polled as the day itself.
  await run(runtime, { untilMs: at(day) })
  const alone = await run(runtime, { untilMs: at(day + 1) })
  const watched = await run(runtime, { untilMs: at(day + 2), dashboards: 1 })
  const bytes = Number(await (await runtime.ask('/aged/size')).json())
  console.error(`${size}, day ${day}: ${summary(alone)}\n  with a dashboard: ${summary(watched)}`)
  if (process.env.BENCH_STATEMENTS !== undefined) console.error(`${statements(alone)}\n---\n${statements(watched)}`)
  return { label: `${size}, day ${day}`, day: alone, watched, bytes }
}

function summary({ statements: _, ...counts }: Counts): string {
  return JSON.stringify(counts)
}

/** The dearest statements, to find where rows go: `BENCH_STATEMENTS=1 npm run bench cost`. */
function statements(counts: Counts): string {
  return Object.entries(counts.statements)
    .sort(([, a], [, b]) => b.read + 10 * b.written - a.read - 10 * a.written)
    .slice(0, 30)
    .map(
      ([query, of]) =>
        `${of.read} read, ${of.written} written, ${of.times} times: ${query.replace(/\s+/g, ' ').slice(0, 120)}`,
    )
    .join('\n')
}

/** Nobody wakes the object for a day; then it must not do more in one run than the platform lets it. */
async function absence(runtime: Runtime): Promise<Life['absence']> {
  const start = START_MS + (OLD_DAY + 2) * DAY_MS + 20 * HOUR_MS
  await run(runtime, { untilMs: start })
  await run(runtime, { untilMs: start + DAY_MS, vars: receivers(10), absent: true })
  const first = await run(runtime, { untilMs: start + DAY_MS + HOUR_MS / 12 - 1, vars: receivers(10) })
  const next = await run(runtime, { untilMs: start + DAY_MS + HOUR_MS, vars: receivers(10) })
  return { most: Math.max(first.mostSubrequests, next.mostSubrequests), wakes: first.wakes, seconds: first.lastWakeS }
}

interface Silence {
  before: number
  bytes: number
  after: number
  first: Counts
  last: Counts
  caughtUp: Counts
  owed: number
}

async function withoutTables(): Promise<Silence> {
  const runtime = await startRuntime()
  const size = async () => Number(await (await runtime.ask('/aged/size')).json())
  const vars = { POLL_CRON: BARE_CRON }
  const at = (days: number) => START_MS + (YOUNG_DAY + days) * DAY_MS
  const silent = (days: number) => run(runtime, { untilMs: at(days), vars, d1: 'bare' })
  try {
    await runtime.ask('/aged/begin', { size: 'ordinary', startMs: START_MS, vars: receivers(2) })
    await run(runtime, { untilMs: at(0), vars })
    const before = await size()
    const first = await silent(1)
    for (let day = 1; day < BARE_DAYS - 1; day += BARE_STRIDE_DAYS)
      await silent(Math.min(BARE_DAYS - 1, day + BARE_STRIDE_DAYS))
    const last = await silent(BARE_DAYS)
    const bytes = await size()
    const caughtUp = await run(runtime, { untilMs: at(BARE_DAYS) + HOUR_MS - 1, vars })
    const owed = Number(await (await runtime.ask('/aged/owed')).json())
    await run(runtime, { untilMs: at(BARE_DAYS + 4), vars })
    const after = await size()
    console.error(`without tables: ${summary(first)}\n  last day: ${summary(last)}\n  back: ${summary(caughtUp)}`)
    return { before, bytes, after, first, last, caughtUp, owed }
  } finally {
    await runtime.end()
  }
}

async function run(runtime: Runtime, stretch: object): Promise<Counts> {
  const whole = { vars: {}, d1: 'real', dashboards: 0, ...stretch }
  return (await (await runtime.ask('/aged/run', whole)).json()) as Counts
}

function print(ordinary: Life, large: Life): void {
  const report = new Report()
  report.text(
    `## A day

Counted by the platform's own counters (\`rowsRead\` and \`rowsWritten\` of every cursor, \`meta\` of D1, one row written for each
\`setAlarm\`): 288 polls, 45 groups (15 models in 3 projects, each with a key and a user of its own) or 1,000 groups, all active in every
five minutes; figures show up seven minutes late; the thresholds 50, 80, 95 and 100 are crossed in both tiers, and two receivers are
told. Each tick finds the object evicted. Up to day ${OLD_DAY} the object lives through every day with real commits and alerts on a moved
clock, by ${AGEING.ordinary.perDay} (${AGEING.large.perDay} when large); the measured days are polled every five minutes. D1 takes everything, and keeps
the last ${D1_KEPT_DAYS} days before a measured one, and the first. When large, all of a day in between is used in one hour: hours that are
over have left the object by then. With a dashboard: one socket all day, and the page opened anew every hour.
`,
  )
  const columns = [ordinary, large].flatMap(({ days }) => days)
  const limits = [ordinary, large].flatMap(({ days }, at) => days.map(() => at))
  const row = (
    what: string,
    of: (day: Life['days'][number]) => number,
    bounds: [number, number] | null,
    free: string,
  ) => [
    what,
    ...columns.map((day, at) =>
      bounds === null ? count(of(day)) : report.bounded(what, of(day), bounds[limits[at] ?? 0] ?? 0),
    ),
    bounds === null ? '' : bounds.map(count).join(' / '),
    free,
  ]
  const written = (counts: Counts) => counts.objectRowsWritten + counts.alarmsSet
  report.table(
    [
      'What',
      ...['ordinary', 'large'].flatMap(size => [YOUNG_DAY, OLD_DAY].map(day => `${size}, day ${day}`)),
      'At most',
      'Free plan',
    ],
    [
      row('object rows read', ({ day }) => day.objectRowsRead, [20_000, 40_000], '5,000,000'),
      row('object rows written', ({ day }) => written(day), [2_500, 6_000], '100,000'),
      row('of these, alarms set', ({ day }) => day.alarmsSet, null, ''),
      row('D1 rows read', ({ day }) => day.d1RowsRead, null, '5,000,000'),
      row('D1 rows written', ({ day }) => day.d1RowsWritten, [2_500, 40_000], '100,000'),
      row('wakes of the object', ({ day }) => day.wakes, null, '100,000'),
      row('requests to OpenAI', ({ day }) => day.openaiRequests, [700, 700], ''),
      row('messages to receivers', ({ day }) => day.messages, null, ''),
      row('most subrequests of one wake', ({ day }) => day.mostSubrequests, [40, 40], '50'),
      row('with a dashboard: object rows read', ({ watched }) => watched.objectRowsRead, null, '5,000,000'),
      row('with a dashboard: object rows written', ({ watched }) => written(watched), null, '100,000'),
      row('with a dashboard: D1 rows written', ({ watched }) => watched.d1RowsWritten, null, '100,000'),
      row('storage of the object, KiB', ({ bytes }) => Math.round(bytes / 1024), null, '5 GB'),
    ],
  )
  report.text('After an absence of a day, with ten receivers, thresholds of both days crossed meanwhile:\n')
  report.table(
    ['What', 'ordinary', 'large', 'At most', 'Free plan'],
    [
      [
        'most subrequests of one wake, each query to D1 counted',
        ...[ordinary, large].map(({ absence }) => report.bounded('subrequests after an absence', absence.most, 40)),
        '40',
        '50',
      ],
      ['wakes until all is caught up', ...[ordinary, large].map(({ absence }) => count(absence.wakes)), '', ''],
      ['seconds until then', ...[ordinary, large].map(({ absence }) => count(absence.seconds)), '', ''],
    ],
  )
  report.end()
}

function printWithoutTables({ before, bytes, after, first, last, caughtUp, owed }: Silence): void {
  const report = new Report()
  const kib = (of: number) => count(Math.round(of / 1024))
  report.text(
    `\nD1 without tables for ${BARE_DAYS} days, ordinary, polled every half hour; then it is migrated. Snapshots thin out to one an hour after 31 days.\n`,
  )
  report.table(
    ['What', 'Found', 'At most'],
    [
      ['storage of the object before, KiB', kib(before), ''],
      ['storage after these days, KiB', kib(bytes), ''],
      ['object rows read on the first of them', count(first.objectRowsRead), ''],
      [
        'object rows read on the last of them',
        report.bounded('rows read on the last day', last.objectRowsRead, 2 * first.objectRowsRead),
        'twice the first',
      ],
      ['rows that D1 is given in the hour after', count(caughtUp.d1RowsWritten), ''],
      ['rows that it is owed then', report.bounded('rows owed after an hour', owed, 0), '0'],
      ['storage four days later, KiB', kib(after), ''],
    ],
  )
  report.end()
}
