// A clock that the benchmark moves, for everything in this isolate. Timers go on in real time.

const RealDate = Date
let moved: number | null = null

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string]) {
    super(...((given.length === 0 ? [movedNow()] : given) as [number]))
  }
  static override now(): number {
    return movedNow()
  }
} as DateConstructor

function movedNow(): number {
  return moved ?? RealDate.now()
}

/** Unix milliseconds; null lets real time go on. */
export function moveClock(ms: number | null): void {
  moved = ms
}
