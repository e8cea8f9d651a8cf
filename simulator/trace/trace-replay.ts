import type { UsageEvent } from '../ledger/usage-event.ts'
import { readTrace, type TraceRow } from './read-trace.ts'
import { type Replay, type ReplayOptions, replay } from './replay.ts'

/** `source` is a file, or rows already read. */
export type TraceOptions = Omit<ReplayOptions, 'models' | 'speed'> &
  Partial<Pick<ReplayOptions, 'models' | 'speed'>> & { source: string | readonly TraceRow[] }

/** A trace laid over today, and how far it has come. */
export class TraceReplay {
  readonly events: readonly UsageEvent[]
  readonly note: string | null
  readonly #replay: Replay

  constructor({ source, ...options }: TraceOptions, now: number) {
    const rows = typeof source === 'string' ? readTrace(source) : source
    const models = options.models ?? [{ name: 'gpt-4o-2024-08-06', weight: 1 }]
    this.#replay = replay(rows, { ...options, models, speed: options.speed ?? 60 }, now)
    this.events = this.#replay.events
    this.note = this.#replay.note
  }

  progress(now: number) {
    const shown = this.events.filter(({ visibleFrom }) => visibleFrom <= now)
    const sum = (events: readonly UsageEvent[], of: 'input' | 'output') => events.reduce((total, e) => total + e[of], 0)
    return {
      complete: shown.length === this.events.length,
      requests: { shown: shown.length, all: this.events.length },
      input_tokens: { shown: sum(shown, 'input'), all: sum(this.events, 'input') },
      output_tokens: { shown: sum(shown, 'output'), all: sum(this.events, 'output') },
      starts_at: this.#replay.startsAt,
      ends_at: this.#replay.endsAt,
      note: this.note,
    }
  }
}
