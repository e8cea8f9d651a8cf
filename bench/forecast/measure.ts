import { LIMIT_PERCENTILES, type ReplayedDay } from './replayDays.ts'
import { mean, median, percentile, share } from './statistics.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const READING_S = 600
/** A series is steady when its days deviate from their mean by less than this part of it. */
const STEADY_BELOW = 0.5

export interface Measures {
  /** Percent of the day's actual total, on days with use. */
  error: { median: number; p90: number }
  errorAt: Record<number, { median: number; p90: number }>
  errorSteady: { median: number; p90: number }
  errorUsed: { median: number; p90: number }
  /** Of all days, in mean days of the series. */
  meanError: number
  /** Percent of the forecasts whose band holds the day's total, on days with use. */
  holds: number
  holdsAt: Record<number, number>
  /** In mean days of the series. */
  width: number
  widthSteady: number
  /** Hours, between the time named (or the reset) and the fact (or the reset), until the limit is reached. */
  timeError: number
  /** So many hours before a run-out: percent that said so, and minutes off of those. */
  ahead: Record<number, { said: number; minutes: number }>
  precision: number
  precisionAt: Record<number, number>
  recall: number
  /** Of the run-outs after 01:00: before it no method speaks. */
  recallAfterOne: number
  leadHours: number
  changes: number
  /** Percent of the alerted days with three changes or more. */
  flapping: number
}

interface Sample {
  hour: number
  relative: number
  inDays: number
  holds: boolean
  width: number
  used: number
  isSteady: boolean
  hasUse: boolean
}

export function measure(days: readonly ReplayedDay[]): Measures {
  // The day's end does not depend on the limit.
  const samples = days.filter(({ limitPercentile }) => limitPercentile === LIMIT_PERCENTILES[0]).flatMap(samplesOf)
  const withUse = samples.filter(({ hasUse }) => hasUse)
  const errors = (of: readonly Sample[]) => {
    const values = of.map(({ relative }) => relative * 100)
    return { median: median(values), p90: percentile(values, 90) }
  }
  const at = (hour: number) => withUse.filter(sample => sample.hour === hour)
  return {
    error: errors(withUse),
    errorAt: byKey([3, 6, 12, 18, 21], hour => errors(at(hour))),
    errorSteady: errors(withUse.filter(({ isSteady }) => isSteady)),
    errorUsed: errors(withUse.filter(({ used }) => used > 0)),
    meanError: mean(samples.map(({ inDays }) => inDays)),
    holds: share(withUse.map(({ holds }) => holds)),
    holdsAt: byKey([1, 6, 12, 18], hour => share(at(hour).map(({ holds }) => holds))),
    width: mean(samples.map(({ width }) => width)),
    widthSteady: mean(samples.filter(({ isSteady }) => isSteady).map(({ width }) => width)),
    timeError: mean(days.flatMap(timeErrors)),
    ahead: byKey([1, 3, 6], hours => ahead(days, hours)),
    ...alerts(days),
  }
}

function samplesOf({ series, total, answers }: ReplayedDay): Sample[] {
  const spread = Math.sqrt(mean(series.totals.map(each => (each - series.meanDay) ** 2))) / series.meanDay
  return answers
    .filter(({ at }) => at % HOUR_S === 0)
    .map(({ at, low, mid, high, used }) => ({
      hour: at / HOUR_S,
      relative: Math.abs(mid - total) / total,
      inDays: Math.abs(mid - total) / series.meanDay,
      // Forecasts are whole tokens.
      holds: low <= Math.ceil(total) && Math.floor(total) <= high,
      width: (high - low) / series.meanDay,
      used,
      isSteady: spread < STEADY_BELOW,
      hasUse: total >= 1,
    }))
}

function timeErrors({ limit, ranOutAt, answers }: ReplayedDay): number[] {
  return answers
    .filter(({ at, used }) => at % HOUR_S === 0 && used < limit)
    .map(({ runsOutAt }) => Math.abs((runsOutAt ?? DAY_S) - (ranOutAt ?? DAY_S)) / HOUR_S)
}

function ahead(days: readonly ReplayedDay[], hours: number): { said: number; minutes: number } {
  const asked = days.flatMap(({ ranOutAt, answers }) => {
    if (ranOutAt === null) return []
    const last = Math.floor((ranOutAt - hours * HOUR_S) / READING_S) * READING_S
    return answers.filter(({ at }) => at === last).map(({ runsOutAt }) => ({ runsOutAt, ranOutAt }))
  })
  const said = asked.flatMap(({ runsOutAt, ranOutAt }) => (runsOutAt === null ? [] : [Math.abs(runsOutAt - ranOutAt)]))
  return { said: (said.length / asked.length) * 100, minutes: median(said) / 60 }
}

function alerts(days: readonly ReplayedDay[]) {
  const told = days.map(day => ({
    ranOutAt: day.ranOutAt,
    limitPercentile: day.limitPercentile,
    firstAt: day.answers.find(({ isOn, used }) => isOn && used < day.limit)?.at ?? null,
    // Once the limit is reached there is nothing to be on pace to.
    changes: changesOf(day.answers.filter(({ used }) => used < day.limit).map(({ isOn }) => isOn)),
  }))
  const alerted = told.filter(({ firstAt }) => firstAt !== null)
  const ranOut = told.filter(({ ranOutAt }) => ranOutAt !== null)
  const leads = alerted.flatMap(({ firstAt, ranOutAt }) =>
    firstAt === null || ranOutAt === null ? [] : [(ranOutAt - firstAt) / HOUR_S],
  )
  const precision = (of: typeof alerted) => share(of.map(({ ranOutAt }) => ranOutAt !== null))
  const recall = (of: typeof ranOut) => share(of.map(({ firstAt }) => firstAt !== null))
  return {
    precision: precision(alerted),
    precisionAt: byKey(LIMIT_PERCENTILES, percent =>
      precision(alerted.filter(({ limitPercentile }) => limitPercentile === percent)),
    ),
    recall: recall(ranOut),
    recallAfterOne: recall(ranOut.filter(({ ranOutAt }) => (ranOutAt ?? 0) > HOUR_S)),
    leadHours: median(leads),
    changes: mean(alerted.map(({ changes }) => changes)),
    flapping: share(alerted.map(({ changes }) => changes >= 3)),
  }
}

function changesOf(states: readonly boolean[]): number {
  return states.filter((isOn, index) => isOn !== (states[index - 1] ?? false)).length
}

function byKey<Value>(keys: readonly number[], of: (key: number) => Value): Record<number, Value> {
  return Object.fromEntries(keys.map(key => [key, of(key)]))
}
