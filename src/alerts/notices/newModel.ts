import { type GroupMap, totalTokens } from '../../usage/usageGroup.ts'
import type { AlertRecord } from '../alertRecord.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { MessageWords } from '../messageWords.ts'
import { sanitizeLabel } from '../sanitizeLabel.ts'
import { shownName } from '../shownName.ts'
import type { DayFacts, NoticeOf } from './notice.ts'

/** Models that the catalogue does not know, and that were counted as premium. Once a model; one message a reading. */
export interface NewModelMessage {
  kind: 'new_model'
  id: string
  date: string
  tier: 'premium'
  firedAt: number
  limit: number
  /** Never empty; largest first. Foreign names. */
  models: { model: string; tokens: number }[]
}

const MOST_LISTED = 10

/** Models that this reading is the first of a date to show (`before`: the date's groups until then), largest first. Whether they were told before is not known here. */
export function newModelsOf({
  groups,
  before,
  classify,
}: Pick<DayFacts, 'groups' | 'classify'> & { before: GroupMap }): { model: string; tokens: number }[] {
  const known = new Set([...before.values()].map(({ model }) => model))
  const sums = new Map<string, number>()
  for (const group of groups.values()) {
    const { model } = group
    if (model === '' || known.has(model) || !classify(model).unclassified) continue
    sums.set(model, (sums.get(model) ?? 0) + totalTokens(group))
  }
  return [...sums]
    .map(([model, tokens]) => ({ model, tokens }))
    .sort((a, b) => b.tokens - a.tokens || (a.model < b.model ? -1 : 1))
}

export function newModelKey(model: string): string {
  return `new_model ${model}`
}

/** `models`: those that were never told. */
export function newModelNotice(
  {
    date,
    nowS,
    resetsAt,
    installation,
    limits,
  }: Pick<DayFacts, 'date' | 'nowS' | 'resetsAt' | 'installation' | 'limits'>,
  models: NewModelMessage['models'],
  revision: number,
): NoticeOf<NewModelMessage> | null {
  if (models.length === 0) return null
  const message: NewModelMessage = {
    kind: 'new_model',
    id: `new-model-${installation}-${date}-${revision}`,
    date,
    tier: 'premium',
    firedAt: nowS,
    limit: limits.premium,
    models: [...models],
  }
  const records = models.map(
    (each): AlertRecord => ({
      kind: 'new_model',
      key: newModelKey(each.model),
      date,
      tier: 'premium',
      threshold: null,
      tokensUsed: each.tokens,
      limit: limits.premium,
      percentage: Math.round((each.tokens / limits.premium) * 100),
      message: headline([each]),
      firedAt: nowS,
      late: resetsAt <= nowS,
    }),
  )
  return { records, message }
}

function headline(models: NewModelMessage['models']): string {
  const others = models.length > 1 ? ` and ${models.length - 1} more` : ''
  return `🆕 OpenAI Usage: unknown model ${shownName(models[0]?.model ?? '')}${others} counted as PREMIUM`
}

export function newModelWords({ date, models }: NewModelMessage): MessageWords {
  const facts = models.slice(0, MOST_LISTED).map(({ model, tokens }) => ({
    label: shownName(model),
    value: `${groupedDigits(tokens)} tokens on ${sanitizeLabel(date)} (UTC) so far`,
  }))
  const more = models.length - facts.length
  return {
    severity: 'warning',
    headline: headline(models),
    sentences: facts.map(({ label, value }) => `${label}: ${value}.`),
    facts,
    notes: [
      ...(more > 0 ? [`and ${more} more, none of them larger.`] : []),
      'Why now: the catalogue does not know it. It counts against the premium limit, the smaller one, until it is said otherwise.',
      'What to do: set its tier in MODEL_TIERS, like {"model-name":"mini"}, or leave it as it is.',
    ],
  }
}

export function newModelFields({ date, models, limit }: NewModelMessage): object {
  const [first] = models
  return {
    date,
    tier: 'premium',
    model: sanitizeLabel(first?.model ?? ''),
    tokens_used: first?.tokens ?? 0,
    limit_value: limit,
    models: models.slice(0, MOST_LISTED).map(({ model, tokens }) => ({ model: sanitizeLabel(model), tokens })),
  }
}
