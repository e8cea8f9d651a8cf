/** A clock that runs fast. All in Unix milliseconds. */
export interface DemoClock {
  /** What it shows when the machine's shows `machine`. */
  played(machine: number): number
  /** When the machine's will show that this one shows `played`. */
  machine(played: number): number
}

/** It shows `start` until the machine's shows `from`, and from then on runs `speed` times as fast. */
export interface ClockSettings {
  from: number
  start: number
  speed: number
}

export function demoClock({ from, start, speed }: ClockSettings): DemoClock {
  return {
    played: machine => Math.floor(start + Math.max(0, machine - from) * speed),
    machine: played => Math.ceil(from + (played - start) / speed),
  }
}

/** As one word, for a variable of the Worker. */
export function writeClock({ from, start, speed }: ClockSettings): string {
  return [from, start, speed].join('/')
}

export function readClock(text: string): DemoClock {
  const [from = 0, start = 0, speed = 1] = text.split('/').map(Number)
  return demoClock({ from, start, speed })
}

/** A script for the page, so that the browser's clock runs as fast. */
export function clockScript({ from, start, speed }: ClockSettings): string {
  return `const Machine = Date, played = () => Math.floor(${start} + (Machine.now() - ${from}) * ${speed})
globalThis.Date = class extends Machine {
  constructor(...parts) {
    if (parts.length === 0) super(played())
    else super(...parts)
  }
  static now() {
    return played()
  }
}
`
}
