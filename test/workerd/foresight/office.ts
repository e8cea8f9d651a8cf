import { expect } from 'vitest'
import type { AlertKind, AlertView } from '../../../src/wire.ts'
import type { Use } from '../tracker/ledger.ts'
import { DAY, MIDNIGHT, type Options, World } from '../tracker/world.ts'

// Days of an organisation, and what the tracker says of them by its kinds of notices.

export const HOOK = 'https://alerts.example/canary-hook-path-9f2'
export const HOUR = 3600
export const FREE = 'incentivized-tier'

/** A world whose receiver hears of `kinds` alone; no threshold is ever reached unless a test asks for one. */
export function office(kinds: AlertKind[] | 'all', { vars = {}, ...options }: Options = {}): Promise<World> {
  const ALERTS = kinds === 'all' ? 'all' : kinds.join()
  const quiet = { ALERT_THRESHOLD: '1000', POLL_COOLDOWN_SECONDS: '0' }
  return World.make({ ...options, vars: { ...quiet, ALERT_WEBHOOK_URL: HOOK, ALERTS, ...vars } })
}

/** `tokens` in each hour of `[from, to)` of a day, counted from DATE (yesterday -1): in its middle, in so many requests. */
export function workDay(
  world: World,
  day: number,
  { from = 8, to = 18, tokens, ...use }: Partial<Use> & { from?: number; to?: number; tokens: number },
): void {
  for (let hour = from; hour < to; hour++) {
    const at = MIDNIGHT + day * DAY + hour * HOUR + HOUR / 2
    world.use({ at, input: tokens, requests: 5, ...use, visibleAt: use.visibleAt ?? at })
  }
}

export function pastDays(world: World, days: number, use: Parameters<typeof workDay>[2]): void {
  for (let back = 1; back <= days; back++) workDay(world, -back, use)
}

/** Rows of a kind, newest first. */
export async function rowsOf(world: World, ...kinds: AlertKind[]): Promise<AlertView[]> {
  const query = kinds.length === 0 ? 'all' : kinds.join()
  const { status, body } = await world.call<{ alerts: AlertView[]; count: number }>(
    `GET /api/alerts?days=400&kinds=${query}`,
  )
  expect(status).toBe(200)
  expect(body.count).toBe(body.alerts.length)
  return body.alerts
}

export interface Body {
  type: string
  timestamp: string
  text: string
  id: string
  [field: string]: unknown
}

/** What the receiver got, in order. */
export function heard(world: World): Body[] {
  return world.sent.filter(({ url }) => url === HOOK).map(({ body }) => JSON.parse(body) as Body)
}

/** The first poll of a tracker with the month and the week before it read. */
export async function started(world: World): Promise<World> {
  await world.polled()
  await world.catchUp()
  return world
}

/** What each UTC date (counted from DATE) costs, by OpenAI's endpoint, from the moment on which a test sets it. */
export function costsOf(world: World): Map<number, { project: string | null; usd: number }[]> {
  const days = new Map<number, { project: string | null; usd: number }[]>()
  world.upstream = url => {
    if (url.pathname !== '/v1/organization/costs') return null
    const start = Number(url.searchParams.get('start_time'))
    const data = []
    for (let at = start; at <= world.now; at += DAY) {
      const results = (days.get((at - MIDNIGHT) / DAY) ?? []).map(({ project, usd }) => ({
        object: 'organization.costs.result',
        amount: { value: usd, currency: 'usd' },
        line_item: 'gpt-4o, input',
        project_id: project,
      }))
      data.push({ object: 'bucket', start_time: at, end_time: at + DAY, results })
    }
    return Response.json({ object: 'page', data, has_more: false, next_page: null })
  }
  return days
}
