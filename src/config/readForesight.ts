import { ALERT_KINDS, type AlertKind, LIMIT_COUNTS, type LimitCounts } from '../wire.ts'
import { parsePercentages } from './readLimits.ts'
import { parseCron } from './readSchedule.ts'
import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'

export const FORESIGHT_VARS = ['ALERTS', 'LIMIT_COUNTS', 'BUDGET_THRESHOLD', 'DIGEST_CRON', 'LEFTOVER_HOURS'] as const
export const DEFAULT_BUDGET_THRESHOLDS = [50, 80, 100] as const

const HIGHEST_BUDGET_THRESHOLD = 1000

export interface Foresight {
  /** The kinds that send messages. The others are noted all the same. */
  alertKinds: ReadonlySet<AlertKind>
  /** What is compared with the limits. */
  limitCounts: LimitCounts
  /** Percent of the month's budget, ascending. */
  budgetThresholds: number[]
  /** When a digest is sent, UTC; null: never. */
  digestCron: string | null
  /** Hours before the reset at which unused free tokens are told; 0: never. */
  leftoverHours: number
}

type ForesightReader = VarReader<(typeof FORESIGHT_VARS)[number]>

export function readForesight(vars: ForesightReader): Foresight {
  return {
    alertKinds: readKinds(vars),
    limitCounts: vars.read<LimitCounts>({
      name: 'LIMIT_COUNTS',
      parse: value => LIMIT_COUNTS.find(counts => counts === value.toLowerCase()) ?? null,
      fallback: 'all',
      wanted: LIMIT_COUNTS.join(' or '),
    }),
    budgetThresholds: vars.read<number[]>({
      name: 'BUDGET_THRESHOLD',
      parse: value => parsePercentages(value, HIGHEST_BUDGET_THRESHOLD),
      fallback: [...DEFAULT_BUDGET_THRESHOLDS],
      wanted: `percentages above 0 and up to ${HIGHEST_BUDGET_THRESHOLD}, like 50,80,100`,
    }),
    digestCron: vars.read<string | null>({
      name: 'DIGEST_CRON',
      parse: parseCron,
      fallback: null,
      wanted: 'a cron expression that comes true, in UTC, like 0 7 * * *',
    }),
    leftoverHours: vars.read<number>({
      name: 'LEFTOVER_HOURS',
      parse: parseHours,
      fallback: 0,
      wanted: 'hours from 0 (off) to 23, like 3',
    }),
  }
}

/** `none` turns every kind off; a name that is none of them is left out and said. */
function readKinds(vars: ForesightReader): ReadonlySet<AlertKind> {
  const names = vars.list('ALERTS').map(name => name.toLowerCase())
  if (names.length === 0 || names.includes('all')) return new Set(ALERT_KINDS)
  if (names.length === 1 && names[0] === 'none') return new Set()
  const unknown = names.filter(name => !isKind(name))
  for (const name of unknown) {
    // A list cuts what was set by mistake into parts, in which a secret does not look like one any more.
    const named = /^[a-z_-]{1,24}$/.test(name) ? shownValue(name) : 'an entry'
    vars.problem('ALERTS', `ALERTS has ${named} that is none of ${ALERT_KINDS.join(', ')}; it is left out.`)
  }
  const known = names.filter(isKind)
  // A list of mistakes must not silence the tracker.
  return new Set(known.length === 0 ? ALERT_KINDS : known)
}

function isKind(name: string): name is AlertKind {
  return (ALERT_KINDS as readonly string[]).includes(name)
}

function parseHours(value: string): number | null {
  const hours = /^\d{1,2}(\.\d{1,2})?$/.test(value) ? Number(value) : Number.NaN
  return hours >= 0 && hours <= 23 ? hours : null
}
