import type { Classify } from '../../models.ts'
import { countedTokens } from '../../usage/counted.ts'
import type { Growth } from '../../usage/growth.ts'
import type { Lookback } from '../../usage/lookback.ts'
import type { TierTotals } from '../../usage/tierTotals.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import type { ForecastView, LimitCounts, Tier } from '../../wire.ts'
import type { AlertRecord } from '../alertRecord.ts'

/** Today as a poll has just read it: what every kind of notice is decided from. */
export interface DayFacts {
  date: string
  /** Unix seconds of the reading. */
  nowS: number
  resetsAt: number
  limits: Record<Tier, number>
  limitCounts: LimitCounts
  totals: TierTotals
  groups: GroupMap
  classify: Classify
  lookback: Lookback
  forecast: ForecastView
  installation: string
}

/** A message and the rows that it is about. */
export interface NoticeOf<Message> {
  records: AlertRecord[]
  message: Message
  /** Who caused it; names are put to it when it is written. */
  growth?: Growth
}

/** The part of a row that most kinds share: they are about one tier of one date that is not over. What it counts is what the limit counts. */
export function tierRecord(
  { date, nowS, limits, limitCounts, totals }: DayFacts,
  { kind, tier, message }: Pick<AlertRecord, 'kind' | 'message'> & { tier: Tier },
): AlertRecord {
  const tokensUsed = countedTokens(totals[tier], limitCounts)
  return {
    kind,
    key: `${kind} ${date} ${tier}`,
    date,
    tier,
    threshold: null,
    tokensUsed,
    limit: limits[tier],
    percentage: Math.round((tokensUsed / limits[tier]) * 100),
    message,
    firedAt: nowS,
    late: false,
  }
}
