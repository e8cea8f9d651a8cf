import { FaultPoints } from '../engine/faultPoints.ts'
import type { HeadroomAnswer, TrackerClass, UsageAnswer } from '../engine/loadProduct.ts'
import { Random } from '../engine/random.ts'
import { type SimSocket, surround } from '../engine/standIns.ts'
import { Timeline } from '../engine/timeline.ts'
import type { Scenario, Settings } from '../scenario/scenario.ts'
import { applyOp } from './applyOp.ts'
import { Heartbeats } from './heartbeats.ts'
import { HistoryDatabase } from './historyDatabase.ts'
import { Ledger } from './ledger.ts'
import { ModelPermissions } from './modelPermissions.ts'
import { Network } from './network.ts'
import { ObjectDisk } from './objectDisk.ts'
import { Platform } from './platform.ts'
import { Receivers } from './receivers.ts'
import { OpenAI } from './upstream.ts'
import { varsOf } from './varsOf.ts'
import { Wakes } from './wakes.ts'

export const ADMIN_KEY = 'sk-admin-canarysecret'

/** What was configured from `at` (true ms) on. */
export interface Setting {
  at: number
  settings: Required<Settings>
}

/** Times on the object's clock (s) at which that clock was wrong, or is again: what it stamped there proves nothing. */
export interface WrongTime {
  from: number
  to: number
}

/** An answer of `/api/usage`, or a frame of it: when (true ms), and what the product's clock said. */
export interface SeenUsage {
  at: number
  clockS: number
  usage: UsageAnswer
}

/** Everything around one product, and the record of what happened to it. */
export class World {
  readonly scenario: Scenario
  readonly timeline: Timeline
  readonly points: FaultPoints
  readonly disk: ObjectDisk
  readonly d1: HistoryDatabase
  readonly ledger: Ledger
  readonly openai: OpenAI
  readonly receivers: Receivers
  readonly heartbeats: Heartbeats
  readonly permissions: ModelPermissions
  readonly network: Network
  readonly platform: Platform
  readonly settings: Setting[]
  readonly wrongTimes: WrongTime[] = []
  /** True ms of everything that may have cut a delivery's result off: crashes, storage that refused. */
  readonly cuts: number[] = []
  /** Numbers of the frames in the order in which they went out. */
  readonly frames: { seq: number; type: string; socket: SimSocket }[] = []
  /** What the product said of today, as it said it. */
  readonly usages: SeenUsage[] = []
  readonly headrooms: { at: number; headroom: HeadroomAnswer }[] = []
  /** What somebody asked of the brake by hand, and whether it was taken. */
  readonly brakeActs: { at: number; act: 'set' | 'release'; took: boolean }[] = []
  readonly faultLogs: string[] = []
  readonly leaks: string[] = []
  readonly rejections: string[] = []
  answers = 0
  readonly wakes = new Wakes()
  #key = ADMIN_KEY

  constructor(scenario: Scenario, Tracker: TrackerClass) {
    this.scenario = scenario
    const random = new Random(scenario.seed ^ 0x5eed)
    this.timeline = new Timeline(scenario.start)
    this.disk = new ObjectDisk((ms, run) => this.timeline.quietlyAfter(ms, run))
    this.points = new FaultPoints(() => this.timeline.now)
    this.d1 = new HistoryDatabase(this.timeline, random.fork('d1'))
    this.ledger = new Ledger(scenario.uses)
    this.openai = new OpenAI(this.ledger, random.fork('openai'))
    this.openai.odd = scenario.odd
    this.receivers = new Receivers(random.fork('receivers'))
    this.heartbeats = new Heartbeats(random.fork('heartbeats'))
    this.network = new Network(this.timeline, random.fork('network'), this.openai, this.receivers, this.heartbeats)
    this.network.key = ADMIN_KEY
    this.permissions = new ModelPermissions(this.timeline, random.fork('permissions'))
    this.network.permissions = this.permissions
    this.settings = [{ at: scenario.start, settings: scenario.settings }]
    const vars = varsOf(scenario.everyMinutes, this.#key, scenario.settings)
    const { timeline, disk, points, d1 } = this
    this.platform = new Platform({
      timeline,
      disk,
      points,
      d1,
      Tracker,
      vars,
    })
    this.#watchdog(scenario.watchdogMinutes * 60_000)
    this.platform.onWake = begins => this.wakes.note(begins, timeline.now, this.asked)
    this.platform.onFrame = (socket, text) => this.#frame(socket, text)
    if (scenario.migratedAtStart) this.d1.migrate()
    const product = random.fork('product')
    surround({
      timeline,
      clockMs: () => this.platform.clockMs(),
      random: () => product.next(),
      fetch: (url, init) => {
        const { caller } = this.platform
        return caller === null ? new Promise(() => {}) : this.network.fetch(caller, url, init)
      },
      log: line => this.#log(line),
    })
  }

  /** The cron trigger. */
  #watchdog(everyMs: number): void {
    this.timeline.after(everyMs, () => {
      void this.platform.call(object => object.watch())
      this.#watchdog(everyMs)
    })
  }

  /** From the first request after the deploy to the healing. `looks`: at what goes on meanwhile. */
  async live(looks: { at: number; look: () => Promise<void> } | null = null): Promise<void> {
    const { scenario, timeline } = this
    timeline.at(scenario.start, () => applyOp(this, { at: scenario.start, kind: 'look' }))
    for (const op of scenario.ops) timeline.at(op.at, () => applyOp(this, op))
    timeline.at(scenario.heal, () => this.#heal())
    if (looks !== null) {
      await timeline.runUntil(looks.at)
      await looks.look()
    }
    await timeline.runUntil(scenario.heal)
  }

  async until(at: number): Promise<void> {
    await this.timeline.runUntil(at)
  }

  /** Nothing reaches the object until `at`: it finds everything at once when it is back. */
  async sleepUntil(at: number): Promise<void> {
    this.platform.goDown(true)
    await this.timeline.runUntil(at)
    this.platform.goDown(false)
  }

  /** Requests and queries that the product has made so far. */
  get asked(): number {
    return this.network.requests + this.d1.queries
  }

  close(): void {
    this.disk.close()
    this.d1.close()
  }

  settingsAt(trueMs: number): Required<Settings> {
    return (this.settings.findLast(setting => setting.at <= trueMs) ?? (this.settings[0] as Setting)).settings
  }

  async connect(broken: boolean): Promise<SimSocket | null> {
    const request = { headers: new Headers({ upgrade: 'websocket' }) }
    const known = new Set(this.platform.sockets)
    await this.platform.call(object => object.fetch(request))
    const socket = this.platform.sockets.find(other => !known.has(other)) ?? null
    if (socket === null) return null
    socket.broken = broken
    return socket
  }

  note(answer: unknown): void {
    this.answers++
    const text = JSON.stringify(answer ?? null)
    if (typeof answer === 'string' && answer.startsWith('{"date"'))
      this.usages.push({
        at: this.timeline.now,
        clockS: this.platform.clockMs() / 1000,
        usage: JSON.parse(answer) as UsageAnswer,
      })
    if (/canarysecret|CANARY/.test(text)) this.leaks.push(`an answer: ${text.slice(0, 200)}`)
  }

  #frame(socket: SimSocket, text: string): void {
    const { seq, type, usage } = JSON.parse(text) as { seq: number; type: string; usage?: UsageAnswer }
    this.frames.push({ seq, type, socket })
    if (usage !== undefined) this.usages.push({ at: this.timeline.now, clockS: this.platform.clockMs() / 1000, usage })
    if (/canarysecret|CANARY/.test(text)) this.leaks.push(`a frame: ${text.slice(0, 200)}`)
  }

  #log(line: string): void {
    if (/canarysecret|CANARY/.test(line)) this.leaks.push(`a log line: ${line.slice(0, 200)}`)
    if (line.includes('"event":"wake"')) this.wakes.logged(this.timeline.now, line)
    if (line.includes('"event":"fault"')) {
      this.cuts.push(this.timeline.now)
      this.faultLogs.push(line)
    }
  }

  configure(change: Settings): void {
    const settings = { ...this.settingsAt(this.timeline.now), ...change }
    this.settings.push({ at: this.timeline.now, settings })
    this.platform.vars = varsOf(this.scenario.everyMinutes, this.#key, settings)
    this.cuts.push(this.timeline.now)
    // A deploy: the object starts anew with the new bindings.
    this.platform.losesUnflushed = false
    this.platform.crash()
  }

  /** A restart with another key. */
  setKey(key: string): void {
    this.#key = key
    this.configure({})
  }

  jump(skew: number): void {
    const { platform, timeline } = this
    const now = timeline.now / 1000
    const edges = [now + platform.skew / 1000, now + skew / 1000]
    // Until the end of the wrong time, both clocks' spans are in doubt, and a while beyond for what was rebuilt there.
    this.wrongTimes.push({ from: Math.min(...edges) - 3600, to: Math.max(...edges) + 3 * 3600 })
    const last = this.wrongTimes.at(-2)
    if (skew === 0 && last !== undefined && this.wrongTimes.at(-1) !== undefined) {
      this.wrongTimes.push({ from: Math.min(last.from, ...edges) - 3600, to: Math.max(last.to, ...edges) + 3 * 3600 })
    }
    platform.jump(skew)
  }

  #heal(): void {
    this.points.disarm()
    this.openai.fault = null
    this.openai.lasting = null
    this.permissions.fault = null
    this.d1.fault = null
    this.d1.lasting = null
    this.d1.migrate()
    this.receivers.modes.fill('ok')
    for (const socket of this.platform.sockets) socket.broken = false
    if (this.platform.skew !== 0) this.jump(0)
    this.platform.goDown(false)
  }
}
