import * as v from 'valibot'
import { BrakeMode, BrakeState, BrakeTrouble, count } from './parts.ts'

export { BrakeMode } from './parts.ts'

export const BrakeTierView = v.object({
  chosen: v.boolean(),
  at: v.number(),
  state: v.picklist(['off', 'armed', 'would_be_set', 'set', 'kept_off']),
  since: v.nullable(count),
  until: v.nullable(count),
  cause: v.nullable(v.picklist(['limit', 'owner'])),
  percentage: v.nullable(v.number()),
})

export const BrakeProjectView = v.object({
  id: v.string(),
  name: v.string(),
  added: v.array(v.string()),
  state: v.picklist(['setting', 'set', 'releasing', 'failing']),
  since: count,
  error: v.nullable(BrakeTrouble),
})

const view = {
  mode: BrakeMode,
  state: BrakeState,
  tiers: v.object({ premium: BrakeTierView, mini: BrakeTierView }),
  projects: v.array(BrakeProjectView),
}

export const BrakeView = v.object(view)

export const BrakeActionView = v.object({ ...view, success: v.literal(true) })
