// `npm run bench:forecast`: the forecast and the straight line that the page drew before, on two weeks of real traffic, side by side.
// Prints Markdown; fails when the forecast falls behind its bounds.

import { count, Report } from '../report.ts'
import { cpuOfForecast } from './cpu.ts'
import { gatedAfternoons } from './gatedAfternoon.ts'
import { measure } from './measure.ts'
import { chosen, straightLine } from './methods.ts'
import { replayDays } from './replayDays.ts'
import { ROWS, reaches, shown } from './rows.ts'
import { readSeries } from './series.ts'

const MOST_CPU_US = 1000

// First of all, as in an object that was just started.
const cpu = cpuOfForecast(1)
const series = readSeries()
const ours = measure(series.flatMap(each => replayDays(each, chosen)))
const line = measure(series.flatMap(each => replayDays(each, straightLine)))

const report = new Report()
report.text(`## The forecast on real traffic

${series.length} series of two weeks (bench/data/README.md); readings 10 minutes apart and 10 minutes late, days 2 to 14, each hour 01:00 to 23:00, alerts and run-outs
at every reading; limits at the 50th, 70th and 90th percentile of the series' days. Errors are of days with use; where a method says nothing, what has been used
stands. "Reference" are the figures of the research that chose the method, on 115 other series of the same source. "Reached": ours are at least as good.
`)
report.table(
  ['', 'Straight line', 'Forecast', 'Reference: line', 'Reference: forecast', 'Reached'],
  ROWS.map(row => {
    const reached = reaches(row.of(ours), row)
    return [
      row.what,
      shown(row.of(line), row),
      shown(row.of(ours), row),
      shown(row.reference[0], row),
      shown(row.reference[1], row),
      reached === null ? '' : reached ? 'yes' : 'no',
    ]
  }),
)
report.table(
  ['Bounds', 'Forecast', 'Wanted'],
  [
    most('median error of the end of day, %', ours.error.median, (line.error.median * 2) / 3),
    most('90th percentile of it, %', ours.error.p90, line.error.p90),
    most('mean error / mean day', ours.meanError, line.meanError * 0.8),
    most('time of reaching the limit, mean error, h', ours.timeError, line.timeError),
    most('the band holds, % off 80', Math.abs(ours.holds - 80), 8),
    most('width of the band / mean day', ours.width, 1.2),
    least('alert: precision, %', ours.precision, line.precision + 5),
    least('alert: recall, %', ours.recall, 70),
    least('alert: median lead, h', ours.leadHours, 3),
    most('changes per alerted day', ours.changes, line.changes),
    most('CPU of one forecast, µs', cpu.median, MOST_CPU_US),
  ],
)
report.text(
  `One forecast from 28 past days at 01:00 takes ${count(cpu.median)} µs here, the first of a fresh process ${count(cpu.first)} µs.`,
)
const afternoons = series.flatMap(gatedAfternoons)
const paid = afternoons.filter(({ paid: tokens }) => tokens > 0)
const middle = afternoons.map(({ used, left }) => used / left).sort((a, b) => a - b)[Math.floor(afternoons.length / 2)]
report.text(`
## Headroom, asked strictly

A script asks \`GET /api/headroom?strict=1\` before each request of ${afternoons.length} afternoons (12:00 to 20:00) of the same traffic, whose half would reach the limit. OpenAI's figures are
10 minutes late and read every 5. \`error_tokens\` is what the endpoint says may be used besides, by those who do not ask; here nobody else does.
`)
report.table(
  ['Afternoons', 'Figure'],
  [
    ['that paid for anything', `${paid.length} of ${afternoons.length}`],
    [
      'most that one paid for, % of its limit',
      report.bounded(
        'paid for beyond the limit, %',
        100 * Math.max(0, ...afternoons.map(each => each.paid / each.limit)),
        1,
      ),
    ],
    [
      'that paid for more than was said to be unreported',
      report.bounded('beyond what was said', afternoons.filter(each => each.paid > each.stated).length, 0),
    ],
    ['what was left at noon and got used, %, median', count(100 * (middle ?? 0))],
  ],
)
report.end()

function most(what: string, value: number, bound: number): string[] {
  return [what, report.bounded(what, value, bound), `at most ${count(bound)}`]
}

function least(what: string, value: number, bound: number): string[] {
  return [what, report.bounded(what, -value, -bound, count(value)), `at least ${count(bound)}`]
}
