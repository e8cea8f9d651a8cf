import { COST_FAULTS } from './cost-faults.ts'
import type { Fault } from './fault.ts'
import { INSTEAD_FAULTS } from './instead-faults.ts'
import { NAME_FAULTS } from './name-faults.ts'
import { PAGE_FAULTS } from './page-faults.ts'
import { TEXT_FAULTS } from './text-faults.ts'
import { VIEW_FAULTS } from './view-faults.ts'
import { WIRE_FAULTS } from './wire-faults.ts'
import { WRITE_FAULTS } from './write-faults.ts'

/** Every way to misbehave, by name. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map(
  [INSTEAD_FAULTS, WIRE_FAULTS, TEXT_FAULTS, PAGE_FAULTS, VIEW_FAULTS, COST_FAULTS, NAME_FAULTS, WRITE_FAULTS].flatMap(
    faults => Object.entries(faults),
  ),
)

export function faultNamed(name: string): Fault {
  const fault = FAULTS.get(name)
  if (!fault) throw new Error(`fault: '${name}' is unknown. There are: ${[...FAULTS.keys()].join(', ')}.`)
  return fault
}
