import type { Ports } from '../ports.ts'

/** What may fail by a fault of this program's own, and must then cost nothing but itself. */
export type Guarded = 'forecast' | 'budget'

/** A fault that goes on. Times are Unix milliseconds. */
export interface OwnFault {
  since: number
  attempts: number
  message: string
}

interface Faults {
  ownFaults: Map<Guarded, OwnFault>
  ports: Pick<Ports, 'now' | 'log'>
}

/** What `make` gives; where it throws, `nothing`, and the fault stands in the status until it no longer does. */
export function guarded<T>(desk: Faults, of: Guarded, nothing: T, make: () => T): T {
  try {
    const made = make()
    desk.ownFaults.delete(of)
    return made
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const { since, attempts } = desk.ownFaults.get(of) ?? { since: desk.ports.now(), attempts: 0 }
    desk.ownFaults.set(of, { since, attempts: attempts + 1, message })
    desk.ports.log({ event: 'fault', level: 'error', where: of, error: message })
    return nothing
  }
}
