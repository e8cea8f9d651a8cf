import { registerHooks } from 'node:module'
import type { Plant } from '../planted/plant.ts'

/** The Durable Object's class as the platform uses it: nothing of its types is needed here, and none of workerd's. */
export interface TrackerObject {
  alarm(run: { isRetry: boolean; retryCount: number }): Promise<void>
  watch(): Promise<void>
  poll(): Promise<{ ok: boolean; status?: number; code?: string; view?: Record<string, unknown> }>
  reconcile(date: string): Promise<{ ok: boolean; code?: string; view?: Record<string, unknown> }>
  usageText(): Promise<string>
  models(date: string): Promise<{ final: boolean; models: { tier: string; total_tokens: number }[] }>
  alerts(days: number): Promise<{ alerts: AlertAnswer[] }>
  status(): Promise<StatusAnswer>
  ready(): Promise<boolean>
  headroom(tier: 'premium' | 'mini', tokens: number): Promise<HeadroomAnswer>
  ownTicks(from: string, to: string): Promise<OwnAnswer<TickAnswer>>
  ownHours(from: string, to: string): Promise<OwnAnswer<HourAnswer>>
  ownDays(from: string, to: string): Promise<OwnAnswer<DayAnswer>>
  brake(): Promise<BrakeAnswer>
  changeBrake(action: 'set' | 'release', tiers: readonly string[]): Promise<{ ok: boolean }>
  fetch(request: unknown): Promise<unknown>
  webSocketMessage(socket: unknown): Promise<void>
  webSocketClose(socket: unknown, code: number): Promise<void>
}

export interface TierAnswer {
  tokens_used: number
  limit: number
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
  free_tokens: number
  billed_tokens: number
  forecast: ForecastAnswer | null
}

export interface ForecastAnswer {
  as_of: number
  state: string
  chance: number | null
  expected_tokens: number | null
  low_tokens: number | null
  high_tokens: number | null
  runs_out_at: number | null
  runs_out_earliest: number | null
}

export interface HeadroomAnswer {
  limit: number
  used: number
  unreported_tokens: number
  usable: number
  stale: boolean
}

export interface UsageAnswer {
  date: string
  premium: TierAnswer
  mini: TierAnswer
  last_updated: number | null
  stale: boolean
}

export interface AlertAnswer {
  date: string
  tier: string
  threshold: number
  tokens_used: number
  limit_value: number
  sent: boolean
  late: boolean
  message_id: string | null
  deliveries: { channel: string; state: string; last_error: string | null; attempts: number }[]
}

export interface StatusAnswer {
  state: string
  open_days: string[]
  backfill: string
  missed_ticks_pending: number
  reads: { kind: string; date?: string; attempts: number; next_attempt_at: number | null }[]
  history: { state: string; message: string | null }
  outbox: { pending: number; parked: number }
  deliveries: { pending: number; parked: number; channels: { channel: string; state: string }[] }
}

export interface BrakeAnswer {
  mode: string
  state: string
  projects: { id: string; added: string[]; state: string }[]
}

/** What the object serves itself of some dates; all others are D1's, of `shared` ones both have a part. */
export interface OwnAnswer<Point> {
  dates: string[]
  shared: string[]
  points: Point[]
}

export interface HourAnswer {
  hour: number
  premium_tokens: number
  mini_tokens: number
}

export interface TickAnswer {
  timestamp: number
  date: string
  premium_tokens: number
  mini_tokens: number
}

export interface DayAnswer extends TickAnswer {
  final: boolean
}

export type TrackerClass = new (ctx: unknown, env: unknown) => TrackerObject

const PLATFORM = 'data:text/javascript,export class DurableObject{constructor(ctx,env){this.ctx=ctx;this.env=env}}'
const ROOT = new URL('../../../', import.meta.url)

/**
 * The real `UsageTracker`, shell included. A planted bug is a change of its source while it is loaded: the files stay as
 * they are, and a plant whose place is gone fails instead of testing nothing.
 */
export async function loadProduct(plant: Plant | null): Promise<TrackerClass> {
  let planted = 0
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers' ? { url: PLATFORM, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      const loaded = next(url, context)
      const edits = plant?.edits.filter(edit => url === new URL(edit.file, ROOT).href) ?? []
      let source = edits.length === 0 ? '' : sourceText(loaded.source)
      if (edits.length === 0) return loaded
      for (const { file, find, replace } of edits) {
        if (!source.includes(find))
          throw new Error(`${plant?.name} cannot be planted: ${file} has no ${JSON.stringify(find)}`)
        source = source.replace(find, () => replace)
        planted++
      }
      return { ...loaded, source }
    },
  })
  const module = (await import(new URL('src/tracker/usageTracker.ts', ROOT).href)) as { UsageTracker: TrackerClass }
  if (plant !== null && planted !== plant.edits.length)
    throw new Error(`${plant.name} was not planted: its file is not used`)
  return module.UsageTracker
}

function sourceText(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array)
}
