import type { NoticeMessage } from '../../../src/alerts/notices/notices.ts'
import type { Forecast } from '../../../src/wire.ts'
import { sampleCauses } from './sampleMessage.ts'

type Sample<K extends NoticeMessage['kind']> = Extract<NoticeMessage, { kind: K }>

const DATE = '2024-12-19'
const RESETS_AT = 1_734_652_800
/** 10:10 UTC. */
const FIRED_AT = 1_734_603_000

const FORECAST: Forecast = {
  as_of: FIRED_AT,
  state: 'will_exceed',
  chance: 0.82,
  expected_tokens: 1_240_000,
  low_tokens: 980_000,
  high_tokens: 1_610_000,
  runs_out_at: 1_734_630_000,
  runs_out_earliest: 1_734_624_600,
  days_known: 12,
}

/** One message of each kind of notice, on the day of the other samples. `foreign`: what strangers may name. */
export function sampleNotices(foreign = 'ci-nightly'): { [K in NoticeMessage['kind']]: Sample<K> } {
  const id = { id: foreign, name: foreign, tokens: 61_200 }
  return {
    pace: {
      kind: 'pace',
      id: `pace-k3x9-${DATE}-premium`,
      date: DATE,
      tier: 'premium',
      tokensUsed: 420_000,
      limit: 1_000_000,
      counts: 'all',
      chance: 0.82,
      expectedTokens: 1_240_000,
      lowTokens: 980_000,
      highTokens: 1_610_000,
      runsOutAt: 1_734_630_000,
      runsOutEarliest: 1_734_624_600,
      tokensPerHour: 71_000,
      nanoUsd: 1_870_000_000,
      resetsAt: RESETS_AT,
      firedAt: FIRED_AT,
      causes: { models: [id], projects: [id], keys: [id] },
    },
    billed: {
      kind: 'billed',
      id: `billed-k3x9-${DATE}-premium`,
      date: DATE,
      tier: 'premium',
      cause: 'project_not_shared',
      who: [id, { id: '', name: 'no project', tokens: 12 }],
      billedTokens: 61_212,
      freeTokens: 300_000,
      tokensUsed: 361_212,
      limit: 1_000_000,
      counts: 'all',
      nanoUsd: 92_000_000,
      resetsAt: RESETS_AT,
      firedAt: FIRED_AT,
    },
    free_stopped: {
      kind: 'free_stopped',
      id: `free-stopped-k3x9-${DATE}-mini`,
      date: DATE,
      tier: 'mini',
      requests: 1_204,
      billedTokens: 3_400_000,
      freeDays: 7,
      nanoUsd: null,
      firedAt: FIRED_AT,
    },
    spike: {
      kind: 'spike',
      id: `spike-k3x9-${DATE}-812`,
      date: DATE,
      firedAt: FIRED_AT,
      entries: [
        {
          id: 'key_1',
          name: foreign,
          of: 'api_key',
          tier: 'premium',
          tokens: 410_000,
          limit: 1_000_000,
          highest: 22_000,
        },
        { id: foreign, name: foreign, of: 'project', tier: 'mini', tokens: 900_000, limit: 10_000_000, highest: null },
      ],
    },
    budget: {
      kind: 'budget',
      id: 'budget-k3x9-2024-12-80',
      month: '2024-12',
      date: DATE,
      threshold: 80,
      thresholds: [50, 80],
      nanoUsd: 84_500_000_000,
      budgetNanoUsd: 100_000_000_000,
      percentage: 85,
      projected: { low: 110_000_000_000, expected: 131_250_000_000, high: 160_000_000_000 },
      who: [{ name: foreign, nanoUsd: 61_000_000_000 }],
      firedAt: FIRED_AT,
    },
    new_model: {
      kind: 'new_model',
      id: `new-model-k3x9-${DATE}-813`,
      date: DATE,
      tier: 'premium',
      firedAt: FIRED_AT,
      limit: 1_000_000,
      models: [
        { model: foreign, tokens: 41_200 },
        { model: 'frontier-9', tokens: 3 },
      ],
    },
    brake: {
      kind: 'brake',
      event: 'set',
      id: `brake-k3x9-${DATE}-set-815-premium`,
      date: DATE,
      firedAt: FIRED_AT,
      resetsAt: RESETS_AT,
      tiers: [{ tier: 'premium', percentage: 98 }],
      at: 97,
      counts: 'all',
      projects: [{ id: 'proj_a', name: foreign }],
      projectCount: 3,
      failing: 1,
      cause: 'limit',
      trouble: null,
    },
    leftover: {
      kind: 'leftover',
      id: `leftover-k3x9-${DATE}`,
      date: DATE,
      firedAt: FIRED_AT,
      resetsAt: RESETS_AT,
      tiers: [
        { tier: 'premium', unused: 600_000, free: 390_000, limit: 1_000_000 },
        { tier: 'mini', unused: 9_000_000, free: 1_000_000, limit: 10_000_000 },
      ],
    },
    digest: {
      kind: 'digest',
      id: `digest-k3x9-${FIRED_AT}-814`,
      date: DATE,
      firedAt: FIRED_AT,
      since: FIRED_AT - 86_400,
      asOf: FIRED_AT,
      counts: 'free',
      tiers: [
        {
          tier: 'premium',
          tokens: 700_000,
          free: 600_000,
          billed: 100_000,
          usedToday: 420_000,
          limit: 1_000_000,
          forecast: FORECAST,
        },
        { tier: 'mini', tokens: 0, free: 0, billed: 0, usedToday: 0, limit: 10_000_000, forecast: null },
      ],
      nanoUsd: 4_750_000_000,
      month: { nanoUsd: 84_500_000_000, budgetUsd: 100 },
      causes: foreign === 'ci-nightly' ? sampleCauses() : { models: [id], projects: [id], keys: [id] },
      alerts: {
        count: 7,
        headlines: Array.from({ length: 5 }, () => `📈 OpenAI Usage: API key ${foreign} is far above`),
      },
    },
  }
}
