import { Crashed, type FaultPoints, Refused } from '../engine/faultPoints.ts'
import type { TrackerClass, TrackerObject } from '../engine/loadProduct.ts'
import type { SimSocket } from '../engine/standIns.ts'
import type { Cancel, Timeline } from '../engine/timeline.ts'
import type { HistoryDatabase } from './historyDatabase.ts'
import type { Caller } from './network.ts'
import { objectContext } from './objectContext.ts'
import type { ObjectDisk } from './objectDisk.ts'

export type Vars = Record<string, string>

const ALARM_RETRY_MS = 2_000
const MOST_ALARM_RETRIES = 6

interface Incarnation extends Caller {
  alive: boolean
  object: TrackerObject | null
}

/**
 * What Cloudflare does around the object: constructs it when it is needed, fires its alarm (again after a throw, six times,
 * then never), runs the cron watchdog, ends it at any moment, and keeps sockets over hibernation but not over a restart.
 */
export class Platform {
  /** What the object's clock is ahead of true time (ms). */
  skew = 0
  vars: Vars
  /** True: a crash loses what was not flushed. */
  losesUnflushed = false
  /** No alarm, no request reaches the object. */
  down = false
  readonly downTimes: { from: number; to: number }[] = []
  sockets: SimSocket[] = []
  onFrame: (socket: SimSocket, text: string) => void = () => {}
  /** An alarm begins, or has ended. */
  onWake: (begins: boolean) => void = () => {}
  crashes = 0
  starts = 0
  readonly #timeline: Timeline
  readonly #disk: ObjectDisk
  readonly #points: FaultPoints
  readonly #d1: HistoryDatabase
  readonly #Tracker: TrackerClass
  #live: Incarnation | null = null
  #alarmTimer: Cancel | null = null
  #alarmRunning = false
  #retries = 0

  constructor(given: {
    timeline: Timeline
    disk: ObjectDisk
    points: FaultPoints
    d1: HistoryDatabase
    Tracker: TrackerClass
    vars: Vars
  }) {
    this.#timeline = given.timeline
    this.#disk = given.disk
    this.#points = given.points
    this.#d1 = given.d1
    this.#Tracker = given.Tracker
    this.vars = given.vars
  }

  clockMs(): number {
    return this.#timeline.now + this.skew
  }

  /** Who `fetch` is called by: product code runs only in the live incarnation or in a dead one that is not heard. */
  get caller(): Caller | null {
    return this.#live
  }

  /** Calls the object, constructing it when it is not there. Null: it could not be reached or ended meanwhile. */
  async call<T>(work: (object: TrackerObject) => Promise<T>): Promise<T | null> {
    if (this.down) return null
    const incarnation = this.#reach()
    if (incarnation?.object == null) return null
    try {
      return await work(incarnation.object)
    } catch (error) {
      if (!(error instanceof Crashed || error instanceof Refused)) throw error
      return null
    } finally {
      this.rearm()
    }
  }

  crash(): void {
    this.crashes++
    this.#end()
    if (this.losesUnflushed) this.#disk.lose()
    else this.#disk.flush()
    for (const socket of this.sockets) socket.cut(1006)
    this.sockets = []
    if (this.#alarmRunning) this.#afterAlarm(false, false)
    this.rearm()
  }

  /** Memory goes, nothing else: what the platform does to an idle object. */
  evict(): void {
    this.#disk.flush()
    this.#end()
    if (this.#alarmRunning) this.#afterAlarm(false, false)
    this.rearm()
  }

  jump(skew: number): void {
    this.skew = skew
    this.rearm()
  }

  loseAlarm(): void {
    this.#disk.alarm = null
    this.#disk.flush()
    this.rearm()
  }

  goDown(down: boolean): void {
    if (down && this.#live !== null) this.crash()
    const { now } = this.#timeline
    if (down && !this.down) this.downTimes.push({ from: now, to: Number.POSITIVE_INFINITY })
    const last = this.downTimes.at(-1)
    if (!down && last !== undefined) last.to = Math.min(last.to, now)
    this.down = down
    this.rearm()
  }

  get alarm(): number | null {
    return this.#disk.alarm
  }

  get alarmRunning(): boolean {
    return this.#alarmRunning
  }

  #end(): void {
    if (this.#live !== null) this.#live.alive = false
    this.#live = null
  }

  #reach(): Incarnation | null {
    if (this.#live !== null) return this.#live
    const incarnation: Incarnation = {
      number: ++this.starts,
      alive: true,
      object: null,
      points: this.#points,
      isAlive: () => incarnation.alive,
      die: () => this.#die(incarnation),
      flush: () => this.#disk.flush(),
      clockMs: () => this.clockMs(),
    }
    this.#live = incarnation
    try {
      incarnation.object = new this.#Tracker(
        objectContext(this, this.#disk, incarnation),
        this.#environmentOf(incarnation),
      )
      return incarnation
    } catch (error) {
      if (!(error instanceof Crashed || error instanceof Refused)) throw error
      // A constructor that throws leaves no object; the next call constructs it again.
      if (this.#live === incarnation) this.#end()
      return null
    }
  }

  #die(incarnation: Incarnation): never {
    if (incarnation.alive) this.crash()
    throw new Crashed('the process ended')
  }

  #environmentOf(incarnation: Incarnation) {
    const flush = () => this.#disk.flush()
    const DB = this.#d1.binding(this.#points, flush, incarnation.die, incarnation.isAlive)
    return { ...this.vars, DB }
  }

  /** Sets the timer by the alarm that stands on the disk. */
  rearm(): void {
    this.#alarmTimer?.()
    this.#alarmTimer = null
    const { alarm } = this.#disk
    if (alarm === null || this.#alarmRunning || this.down) return
    this.#alarmTimer = this.#timeline.at(alarm - this.skew, () => void this.#fire())
  }

  async #fire(): Promise<void> {
    this.#alarmTimer = null
    this.onWake(true)
    this.#disk.takeAlarm()
    this.#alarmRunning = true
    const incarnation = this.#reach()
    let ok = false
    try {
      await incarnation?.object?.alarm({ isRetry: this.#retries > 0, retryCount: this.#retries })
      ok = incarnation?.object != null
    } catch {
      ok = false
    }
    // After a crash the retry is arranged already.
    if (incarnation === null || incarnation.alive) this.#afterAlarm(ok, true)
  }

  /** A new alarm replaces the retry, whether the handler threw or its process ended. */
  #afterAlarm(ok: boolean, counts: boolean): void {
    this.onWake(false)
    this.#alarmRunning = false
    if (ok) this.#retries = 0
    else if (this.#disk.alarm === null) {
      if (counts) this.#retries++
      if (this.#retries <= MOST_ALARM_RETRIES) this.#disk.alarm = this.clockMs() + ALARM_RETRY_MS * 2 ** this.#retries
    }
    this.#disk.flush()
    this.rearm()
  }
}
