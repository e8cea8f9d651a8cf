/** The moments that a forecast looks at: every ten minutes from the last reading to the reset. Step 0 is the reading. */
export interface DayGrid {
  /** The step that is the reset. */
  lastStep: number
  /** Of each step: hours from 00:00 UTC. */
  hours: Float64Array
  /** Of each clock hour that has steps: its last one. */
  lastOfHours: number[]
}

const STEPS_AN_HOUR = 6

/** `from`: hours from 00:00 UTC to the last reading, 0 to 24. */
export function dayGrid(from: number): DayGrid {
  const lastStep = Math.ceil((24 - from) * STEPS_AN_HOUR)
  const hours = new Float64Array(lastStep + 1)
  const lastOfHours: number[] = []
  for (let step = 0; step <= lastStep; step++) hours[step] = step === lastStep ? 24 : from + step / STEPS_AN_HOUR
  for (let step = 1; step <= lastStep; step++) {
    if (step === lastStep || Math.floor(hours[step] ?? 24) !== Math.floor(hours[step + 1] ?? 24)) lastOfHours.push(step)
  }
  return { lastStep, hours, lastOfHours }
}
