import { Budget } from '../../src/budget.ts'
import type { Config } from '../../src/config/readConfig.ts'
import { classifier } from '../../src/models.ts'
import { readProjects } from '../../src/openai/readNames.ts'
import { readUsage, type Upstream } from '../../src/openai/readUsage.ts'
import type { FaultWords, UpstreamFault } from '../../src/openai/upstreamFault.ts'
import { faultWords } from '../../src/openai/upstreamFault.ts'
import type { Secret } from '../../src/secret.ts'
import { foldByDate } from '../../src/usage/foldBuckets.ts'
import { tierTotals } from '../../src/usage/tierTotals.ts'
import { totalTokens } from '../../src/usage/usageGroup.ts'
import { dateOf } from '../../src/usage/utcDay.ts'
import type { Tier } from '../../src/wire.ts'

const DAY_S = 86_400
/** A walk of one day and one list of projects are a few pages. */
const MOST_REQUESTS = 30
const WITHIN_MS = 60_000

export interface KeyFacts {
  /** Why nothing can be counted with this key; null: it can. */
  fault: FaultWords | null
  /** As OpenAI's answers name it; null where they do not. */
  organisation: string | null
  /** True when the simulator that ships with this project answered. */
  simulated: boolean
  /** Today's tokens (UTC). */
  today: Record<Tier, number>
  /** Names of projects; null where the key may not read them. */
  projects: string[] | null
  /** The scopes that were tried. */
  scopes: { 'api.usage.read': boolean; 'api.management.read': boolean }
  /** How far this machine's clock is ahead of OpenAI's, in seconds; null where the answer carried no date. */
  clockAheadS: number | null
}

type KeyConfig = Pick<Config, 'baseUrl' | 'modelTiers' | 'projectIds'>

/** Asks OpenAI, as the tracker will, for today's usage and the names of the projects. Changes nothing; throws nothing. */
export async function tryKey(adminKey: Secret, { baseUrl, modelTiers, projectIds }: KeyConfig): Promise<KeyFacts> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  const budget = new Budget(MOST_REQUESTS)
  const upstream: Upstream = { baseUrl, adminKey, projectIds, signal, budget, now: () => Date.now() }
  const start = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S
  const { organisation, clockAheadS } = await headersOf(upstream)
  const [usage, names] = await Promise.all([
    readUsage(upstream, { width: '1d', start, end: null }),
    readProjects(upstream),
  ])
  const classify = classifier(modelTiers)
  const days = usage.ok ? foldByDate(usage.reading.buckets, [dateOf(start)], classify) : new Map()
  const totals = tierTotals(days.get(dateOf(start))?.values() ?? [], classify)
  return {
    fault: usage.ok ? null : faultWords(usage.fault),
    organisation,
    simulated: usage.ok && usage.reading.simulated,
    today: { premium: totalTokens(totals.premium), mini: totalTokens(totals.mini) },
    projects: names.ok ? names.names.map(({ name }) => name) : null,
    scopes: { 'api.usage.read': usage.ok, 'api.management.read': names.ok || !isRefused(names.fault) },
    clockAheadS,
  }
}

function isRefused({ kind }: UpstreamFault): boolean {
  return kind === 'refused'
}

/** `openai-organization` is in every answer (https://platform.openai.com/docs/api-reference/debugging-requests). */
async function headersOf({
  baseUrl,
  adminKey,
  signal,
}: Upstream): Promise<Pick<KeyFacts, 'organisation' | 'clockAheadS'>> {
  try {
    const askedAt = Date.now()
    const { headers } = await fetch(`${baseUrl}/organization/projects?limit=1`, {
      headers: { authorization: `Bearer ${adminKey.reveal()}` },
      redirect: 'manual',
      signal,
    })
    const organisation = headers.get('openai-organization')
    const date = Date.parse(headers.get('date') ?? '')
    return {
      organisation: organisation !== null && /^[\w .-]{1,80}$/.test(organisation) ? organisation : null,
      clockAheadS: Number.isNaN(date) ? null : Math.round(((askedAt + Date.now()) / 2 - date) / 1000),
    }
  } catch {
    return { organisation: null, clockAheadS: null }
  }
}
