import { SCOPES, type Scope } from '../../../simulator/api/scopes.ts'
import { serveApi } from '../../../simulator/api/serve-api.ts'
import { exactCosts } from '../../../simulator/ledger/exact-costs.ts'
import { Ledger } from '../../../simulator/ledger/ledger.ts'
import { type EventInput, type UsageEvent, usageEvent } from '../../../simulator/ledger/usage-event.ts'
import { Directory } from '../../../simulator/organisation/directory.ts'
import { MODELS } from '../../../simulator/organisation/organisation.ts'
import { Policies } from '../../../simulator/organisation/policies.ts'
import type { BreakdownBy, BreakdownView } from '../../../src/wire.ts'
import { ADMIN_KEY, DAY, type World } from '../tracker/world.ts'

// The simulator's organisation behind a world's upstream, with the world's clock, and the truth of its ledger: plain sums,
// line by line, that share no code with the product.

/** Usage is in the costs so long after it showed up. */
export const COST_LAG_S = 4 * 3600

export interface Organisation {
  ledger: Ledger
  directory: Directory
  scopes: Set<Scope>
}

/** Answers all of the world's requests to OpenAI. `generate`: the lines of a day (counted from 1970). */
export function organisationOf(world: World, generate: (day: number) => UsageEvent[] = () => []): Organisation {
  const organisation = {
    ledger: new Ledger(generate),
    directory: new Directory(),
    policies: new Policies(0),
    acting: 'acts' as const,
    scopes: new Set(SCOPES),
    adminKey: ADMIN_KEY,
    costLagSeconds: COST_LAG_S,
  }
  world.upstream = (url, request) => {
    const asked = { method: request.method, url, authorization: request.headers.get('authorization') ?? undefined }
    const { status, headers, body } = serveApi(organisation, asked, { now: world.now, at: world.now, scale: 1 })
    return new Response(body, { status, headers: { ...headers, 'x-request-id': 'req_0123' } })
  }
  return organisation
}

export function used(world: World, { ledger }: Organisation, event: EventInput): void {
  ledger.add([usageEvent(event, world.now)])
}

export function datesOf(from: string, to: string): string[] {
  const dates: string[] = []
  for (let at = Date.parse(from) / 1000; at <= Date.parse(to) / 1000; at += DAY) dates.push(dateAt(at))
  return dates
}

export function dateAt(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** Lines of a date that show at `at` (Unix seconds). */
export function linesOf({ ledger }: Organisation, date: string, at: number): UsageEvent[] {
  return ledger.events(Date.parse(date) / 1000 / DAY).filter(({ visibleFrom }) => visibleFrom <= at)
}

const poolOf = new Map(MODELS.map(({ name, pool }) => [name, pool]))
export const tierOf = (model: string) => poolOf.get(model) ?? 'premium'
const isFree = (line: UsageEvent) => line.serviceTier === 'incentivized-tier'

const IDS: Record<BreakdownBy, (line: UsageEvent) => string> = {
  model: line => line.model,
  tier: line => tierOf(line.model),
  service_tier: line => line.serviceTier,
  project: line => line.project,
  api_key: line => line.apiKey,
  user: line => line.user,
}

/** What `GET /api/breakdown` must say of these lines. */
export function breakdownTruth(lines: readonly UsageEvent[], by: BreakdownBy, directory: Directory) {
  const total = sumsOf(lines)
  const rows = [...Map.groupBy(lines, IDS[by])]
    .map(([id, of]) => ({ id: id || null, name: nameIn(directory, by, id), ...sumsOf(of) }))
    .map(row => ({ ...row, share: total.tokens_used === 0 ? 0 : row.tokens_used / total.tokens_used }))
    .filter(row => row.tokens_used + row.requests > 0)
    .sort((a, b) => b.tokens_used - a.tokens_used || (String(a.id) < String(b.id) ? -1 : 1))
  return { rows, count: rows.length, total }
}

function sumsOf(lines: readonly UsageEvent[]): BreakdownView['total'] {
  const tokens = (of: (line: UsageEvent) => boolean) =>
    lines.reduce((sum, line) => sum + (of(line) ? line.input + line.output : 0), 0)
  const sum = (field: 'input' | 'output' | 'cached' | 'requests') => lines.reduce((all, line) => all + line[field], 0)
  return {
    tokens_used: tokens(() => true),
    input_tokens: sum('input'),
    output_tokens: sum('output'),
    cached_tokens: sum('cached'),
    requests: sum('requests'),
    free_tokens: tokens(isFree),
    billed_tokens: tokens(line => !isFree(line)),
    premium_tokens: tokens(line => tierOf(line.model) === 'premium'),
    mini_tokens: tokens(line => tierOf(line.model) === 'mini'),
  }
}

function nameIn(directory: Directory, by: BreakdownBy, id: string): string {
  const user = directory.users.get(id)
  const names: Partial<Record<BreakdownBy, string | null | undefined>> = {
    project: directory.projects.get(id)?.name,
    api_key: id === '' ? 'no API key (Playground)' : directory.keys.get(id)?.name,
    user: user?.name ?? user?.email ?? directory.serviceAccounts.get(id)?.name,
  }
  return names[by] ?? id
}

/** A date's rows as D1 must have them. */
export function dailyUsageTruth(organisation: Organisation, date: string) {
  const key = ({ model, serviceTier, project, apiKey, user }: UsageEvent) =>
    JSON.stringify([model, serviceTier, project, apiKey, user])
  return [...Map.groupBy(linesOf(organisation, date, Number.POSITIVE_INFINITY), key)]
    .map(([of, lines]) => {
      const [model, service_tier, project, api_key, user] = JSON.parse(of) as string[]
      const { input_tokens, output_tokens, cached_tokens, requests, free_tokens } = sumsOf(lines)
      const free = free_tokens > 0 || service_tier === 'incentivized-tier' ? 1 : 0
      const tier = tierOf(model ?? '')
      const counts = { input_tokens, output_tokens, cached_tokens, requests }
      return { date, model, service_tier, project, api_key, user, tier, free, ...counts }
    })
    .filter(row => row.input_tokens + row.output_tokens + row.cached_tokens + row.requests > 0)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** What dates cost, as far as costs can know it at `at`, in billionths of a dollar. */
export function costsTruth({ ledger }: Organisation, dates: readonly string[], at: number) {
  const rows = dates.flatMap(date =>
    exactCosts(ledger.events(Date.parse(date) / 1000 / DAY), at - COST_LAG_S).rows.map(row => ({ date, ...row })),
  )
  const by = (of: 'date' | 'project' | 'line_item') => {
    const sums = new Map<string, number>()
    for (const row of rows) sums.set(row[of], (sums.get(row[of]) ?? 0) + row.nano_usd)
    return sums
  }
  return { rows, by, total: rows.reduce((sum, { nano_usd }) => sum + nano_usd, 0) }
}

/** Exact dollars, cents at least. */
export function dollarsOf(nano: number): string {
  const digits = (BigInt(nano) < 0n ? -BigInt(nano) : BigInt(nano)).toString().padStart(10, '0')
  const [cents, rest] = [digits.slice(-9, -7), digits.slice(-7).replace(/0+$/, '')]
  return `${nano < 0 ? '-' : ''}${digits.slice(0, -9)}.${cents}${rest}`
}
