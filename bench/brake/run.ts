// What the brake saves, and what it cannot: one day of real traffic through the simulator, whose limit is reached in the day, with
// OpenAI's figures late by some minutes. Beside it the same day with BRAKE=watch.

import { DAYS, readSeries, type Series, WINDOW_S, WINDOWS_A_DAY } from '../forecast/series.ts'
import { count, Report } from '../report.ts'
import { type Braked, brakedDay, type Request } from './brakedDay.ts'

const LAGS_MINUTES = [1, 5, 15]
/** The day's limit is reached when so much of its traffic has come. */
const LIMIT_PART = 0.6
/** The largest clients: more of them make a day of millions of lines, and no other picture. */
const CLIENTS = 8
const PROJECTS = ['proj_b7UcR2hXgPq9JyNs4ZtMfEw1', 'proj_V6kLdAs0FoYi8CmTw3QnGxHr']
const MODEL = 'gpt-4o-2024-08-06'
/** Tokens are scaled so that a day has this many: the size of an account with a limit of 1,000,000. */
const DAY_TOKENS = 1_000_000 / LIMIT_PART
/** What of the tokens beyond the limit may still be paid for, at the shortest lag. */
const MOST_PAID_PART = 0.1

const series = readSeries().slice(0, CLIENTS)
const requests = requestsOf(series, ordinaryDay(series))
const total = requests.reduce((sum, { tokens }) => sum + tokens, 0)
const limit = Math.round(total * LIMIT_PART)
const rows: { name: string; braked: Braked }[] = []
for (const lagMinutes of LAGS_MINUTES)
  rows.push({ name: `on, ${lagMinutes} min`, braked: await brakedDay({ mode: 'on', lagMinutes, limit, requests }) })
const watched = await brakedDay({ mode: 'watch', lagMinutes: 5, limit, requests })
rows.push({ name: 'watch, 5 min', braked: watched })

const report = new Report()
report.text(`## The brake

A day of ${CLIENTS} clients of real traffic (bench/data/README.md) in ${PROJECTS.length} projects, ${count(total)} tokens against a limit of ${count(limit)}, polled every 5 minutes,
BRAKE_AT 97. OpenAI shows each request some minutes late, and a denial takes effect after half a minute.
`)
report.table(
  ['BRAKE, lag of the figures', 'Set at', 'Paid for', 'Free tokens left', 'Requests denied'],
  rows.map(({ name, braked }) => [
    name,
    braked.setAt ?? 'never',
    count(Math.max(0, braked.used - limit)),
    count(Math.max(0, limit - braked.used)),
    count(braked.denied),
  ]),
)
const paid = (at: number) => Math.max(0, (rows[at]?.braked.used ?? total) - limit)
const part = paid(0) / Math.max(1, watched.used - limit)
report.text(
  `Of the tokens beyond the limit ${report.bounded('part that is paid for at a lag of 1 minute', part, MOST_PAID_PART)} are paid for at a lag of 1 minute, wanted at most ${MOST_PAID_PART}. With watch all of them are, and nothing is denied.`,
)
if (watched.denied > 0 || watched.writes > 0) throw new Error('BRAKE=watch changed something')
if (rows.some(({ braked }) => braked.left.length > 0)) throw new Error('a policy is not what it was after the reset')
report.end()

/** The one nearest to the mean. */
function ordinaryDay(series: readonly Series[]): number {
  const mean = series.reduce((sum, { meanDay }) => sum + meanDay, 0)
  const off = (day: number) => Math.abs(series.reduce((sum, { totals }) => sum + (totals[day] ?? 0), 0) - mean)
  return Array.from({ length: DAYS }, (_, day) => day).reduce((best, day) => (off(day) < off(best) ? day : best), 0)
}

/** Ten minutes of a client are ten requests, one a minute. */
function requestsOf(series: readonly Series[], day: number): Request[] {
  const scale = DAY_TOKENS / series.reduce((sum, { totals }) => sum + (totals[day] ?? 0), 0)
  return series.flatMap(({ days }, client) => {
    const running = days[day] ?? new Float64Array(WINDOWS_A_DAY + 1)
    return Array.from({ length: WINDOWS_A_DAY }, (_, window) => window).flatMap(window => {
      const tokens = ((running[window + 1] ?? 0) - (running[window] ?? 0)) * scale
      return Array.from({ length: WINDOW_S / 60 }, (_, minute) => ({
        second: window * WINDOW_S + minute * 60 + ((client * 7) % 60),
        tokens: Math.round(tokens / (WINDOW_S / 60)),
        model: MODEL,
        project: PROJECTS[client % PROJECTS.length] ?? '',
      }))
    })
  })
}
