import type { ConfigProblem } from '../wire.ts'
import { atMost } from './atMost.ts'
import type { Config } from './readConfig.ts'
import { shownValue } from './shownValue.ts'

/** An entry may be for a model that is used once a week. */
const JUDGED_AFTER_DAYS = 7

export interface TrafficFacts {
  /** The models of the last seven days. */
  modelsSeen: readonly string[]
  /** For how many days models have been observed at all. */
  seenSinceDays: number
  /** True when the filter of projects left nothing, while the organisation has traffic. */
  filteredToNothing: boolean
  /** Whether an entry of MODEL_TIERS covers a model. */
  matches: (entry: string, model: string) => boolean
}

/** Hints that only traffic can give: settings which are valid and yet touch nothing of what is used. */
export function trafficHints(
  config: Pick<Config, 'modelTiers' | 'projectIds'>,
  { modelsSeen, seenSinceDays, filteredToNothing, matches }: TrafficFacts,
): ConfigProblem[] {
  const hints: ConfigProblem[] = []
  if (filteredToNothing && config.projectIds.length > 0) {
    const message =
      'OPENAI_PROJECT_IDS matched no usage, while the organisation has some in other projects; are these its ids?'
    hints.push({ name: 'OPENAI_PROJECT_IDS', message })
  }
  // A week without any traffic says nothing about an entry.
  const judged = seenSinceDays >= JUDGED_AFTER_DAYS && modelsSeen.length > 0
  for (const entry of judged ? config.modelTiers.keys() : []) {
    if (modelsSeen.some(model => matches(entry, model))) continue
    const message = `MODEL_TIERS has ${shownValue(entry)}, which matched no model that was used in the last 7 days.`
    hints.push({ name: 'MODEL_TIERS', message })
  }
  return atMost('hints', hints)
}
