// The checks happen at three in the afternoon UTC, whatever the time is: the clocks of the simulator, the product and the
// browser are moved by the same hours. A day that is over, or just begun, looks different, and midnight would come in between.

import { generateDay } from '../../simulator/organisation/generate-day.ts'
import type { SimulationOptions } from '../../simulator/simulation.ts'
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts'

const DAY_MS = 86_400_000
const AFTERNOON_MS = 15 * 3_600_000
const DAYS = 31

export const AHEAD_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS + AFTERNOON_MS - Date.now()

/** Unix milliseconds by the moved clocks. */
export function now(): number {
  return Date.now() + AHEAD_MS
}

/** An organisation that uses what a check adds, and nothing else. */
export function startQuietSimulator(options: Pick<SimulationOptions, 'adminKey'> = {}): Promise<Simulator> {
  return startSimulator({ ...options, empty: true, now })
}

/** The simulated organisation as it stands at this moment: from then on it moves only when a check moves it. */
export async function startOrganisation(): Promise<Simulator> {
  const simulator = await startQuietSimulator()
  const today = Math.floor(now() / DAY_MS)
  for (let day = today - DAYS + 1; day <= today; day++)
    simulator.add(...generateDay(day, { seed: 1 }).filter(({ visibleFrom }) => visibleFrom * 1000 <= now()))
  return simulator
}
