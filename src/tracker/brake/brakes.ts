import { isSet } from '../../brake/tierBrake.ts'
import type { TrackerFailure } from '../../rpc/trackerStub.ts'
import type { BrakeView, Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { brakedTiers, brakeState, type Counted, todayOf } from './brakePlan.ts'
import { brakeView } from './brakeView.ts'
import { decideBrake, ownersRelease, ownersSet } from './decideBrake.ts'
import { brakeDueAt, runBrake } from './runBrake.ts'
import { tellBrake } from './tellBrake.ts'

/** Below this part of BRAKE_AT nobody needs to know what OpenAI has not reported: it takes reading the last hours. */
const NEAR = 0.5
/** What a release before the poll leaves to the poll, its messages and D1. */
const LEFT_FOR_THE_POLL = 16
const LEFT_FOR_MESSAGES = 6

/** The brake of an organisation: decided, written down, carried to OpenAI, told. */
export class Brakes {
  readonly #desk: Desk
  readonly #unreported: (tier: Tier) => { used: number; unreported: number }
  readonly #used: (tier: Tier) => number | null
  readonly #ended: () => void
  #running: Promise<void> | null = null

  /**
   * `used`: counted against the limit today; null before today was read. `headroom`: with what OpenAI has not reported. `ended`: what
   * was due is done or has failed, so that something is due at another time; who asked may be gone by then.
   */
  constructor(
    desk: Desk,
    {
      used,
      headroom,
      ended,
    }: {
      used(tier: Tier): number | null
      headroom(tier: Tier): { used: number; unreported: number }
      ended(): void
    },
  ) {
    this.#desk = desk
    this.#used = used
    this.#unreported = headroom
    this.#ended = ended
  }

  /** What is due before the poll: above all to release. Never more than a memory check where nothing is set. */
  begin(): Promise<void> {
    return this.#run(LEFT_FOR_THE_POLL)
  }

  /** What the poll has changed. */
  follow(): Promise<void> {
    return this.#run(LEFT_FOR_MESSAGES)
  }

  /** When it next has something to do (Unix ms); null where it has nothing. */
  dueAt(): number | null {
    if (this.#running !== null) return null
    return this.#isOutdated() ? this.#desk.ports.now() : brakeDueAt(this.#desk)
  }

  view(): BrakeView {
    return brakeView(this.#desk)
  }

  /** The owner's own decision; the answer waits for OpenAI no longer than the caller does. */
  decide(action: 'set' | 'release', tiers: readonly Tier[]): TrackerFailure | null {
    const { mode } = this.#desk.config.brake
    if (mode !== 'on' && (action === 'set' || this.#desk.memory.braked.length === 0)) {
      const detail = `BRAKE is ${mode}: there is no brake to ${action}. Set BRAKE=on (and read docs/brake.md first).`
      return { ok: false, status: 409, code: 'brake_off', detail, retryAfterSeconds: null }
    }
    const change = action === 'set' ? ownersSet : ownersRelease
    decideBrake(this.#desk, () => null, mode === 'on' ? change(this.#desk, tiers) : undefined)
    return null
  }

  #run(leave: number): Promise<void> {
    const { config, memory } = this.#desk
    if (config.brake.mode === 'off' && memory.braked.length === 0 && !this.#isOutdated()) return Promise.resolve()
    this.#running ??= this.#once(leave).finally(() => {
      this.#running = null
      this.#ended()
    })
    return this.#running
  }

  async #once(leave: number): Promise<void> {
    decideBrake(this.#desk, tier => this.#count(tier))
    await runBrake(this.#desk, leave)
    this.#desk.unshown.push(...tellBrake(this.#desk))
  }

  #count(tier: Tier): Counted | null {
    const used = this.#used(tier)
    if (used === null) return null
    const { brake, limits } = this.#desk.config
    if (used < ((limits[tier] * brake.at) / 100) * NEAR) return { used, unreported: 0 }
    return this.#unreported(tier)
  }

  /** What is written down is not what the clock and the settings say: a day that is over, a brake that was turned off. */
  #isOutdated(): boolean {
    const { memory, config } = this.#desk
    const state = brakeState(this.#desk)
    const date = todayOf(this.#desk)
    if (Object.values(state.tiers).some(brake => brake.date !== date)) return true
    if (config.brake.mode === 'off' && Object.keys(state.tiers).length > 0) return true
    if (state.toRelease !== undefined && memory.braked.every(({ wanted }) => wanted)) return true
    const isWanted = brakedTiers(this.#desk, state.tiers).some(
      tier => config.brake.tiers.has(tier) && isSet(state.tiers[tier], date),
    )
    return memory.braked.some(row => row.wanted && !(isWanted && this.#isChosen(row.project)))
  }

  #isChosen(project: string): boolean {
    const { projects } = this.#desk.config.brake
    return projects.length === 0 || projects.includes(project)
  }
}
