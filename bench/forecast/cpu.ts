import { forecastDay } from '../../src/forecast/forecastDay.ts'
import { median } from './statistics.ts'

const DAY_S = 86_400
const READING_S = 300
const RUNS = 500
const WARM_UP_RUNS = 100

/** Microseconds of one forecast from 28 past days, after `hours` of the day read every five minutes: the first call of all, and the median. */
export function cpuOfForecast(hours: number): { first: number; median: number } {
  const now = hours * 3600
  const question = {
    nowS: now,
    readingS: now,
    curve: Array.from({ length: now / READING_S }, (_, at) => ({ timestamp: (at + 1) * READING_S, tokens: at * 4000 })),
    past: Array.from({ length: 28 }, (_, day) => ({
      daysAgo: day + 1,
      total: DAY_S,
      hours: Array.from({ length: 24 }, (_, hour) => ((hour * 31 + day * 17) % 24) * 4000),
    })),
    limit: 1_000_000,
    stale: false,
  }
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    forecastDay(question)
    return (performance.now() - start) * 1000
  })
  return { first: times[0] ?? 0, median: median(times.slice(WARM_UP_RUNS)) }
}
