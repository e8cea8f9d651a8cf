import { type Grants, grantedSince, withGrant } from '../../forecast/grants.ts'
import type { Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { readNote, writeNote } from '../store/profileStore.ts'

const NOTE = 'grants'
/** What a crash may lose: a script may ask ten times a second, and each row written is money. */
const WRITTEN_AFTER_MS = 15_000

type Held = Record<Tier, Grants>

/** What headroom has let pass, in memory at once and in storage a little later. */
export class GrantBook {
  readonly #desk: Desk
  #held: Held | null = null
  /** When what is not written yet is to be (Unix ms); null: all is. */
  #writeAt: number | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Returns true where the alarm must be set anew. */
  add(tier: Tier, tokens: number, now: number): boolean {
    const held = this.#read()
    this.#held = { ...held, [tier]: withGrant(held[tier], Math.floor(now / 1000), tokens) }
    if (this.#writeAt !== null && this.#writeAt <= now + WRITTEN_AFTER_MS) return false
    this.#writeAt = now + WRITTEN_AFTER_MS
    return true
  }

  since(tier: Tier, sinceS: number, now: number): number {
    return grantedSince(this.#read()[tier], sinceS, Math.floor(now / 1000))
  }

  /** Unix milliseconds; null where nothing is to be written. */
  dueAt(): number | null {
    return this.#writeAt
  }

  /** Writes what is not written yet, where it is due. */
  keep(now: number): void {
    if (this.#writeAt === null || this.#held === null || this.#writeAt > now) return
    writeNote(this.#desk.ports.sql, NOTE, '', this.#held)
    this.#writeAt = null
  }

  #read(): Held {
    this.#held ??= readNote<Held>(this.#desk.ports.sql, NOTE, '') ?? { premium: [], mini: [] }
    return this.#held
  }
}
