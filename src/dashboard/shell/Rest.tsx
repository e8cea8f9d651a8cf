// One file for whatever the first screen can do without for a moment: many small ones compress worse than one.
export { Costs } from '../costs/Costs.tsx'
export { Gates } from '../session/Gates.tsx'
export { FirstRun } from '../status/FirstRun.tsx'
export { BurnUp } from '../tiers/BurnUp.tsx'
export { Details } from './Details.tsx'
export { Help } from './Help.tsx'
export { Kiosk } from './Kiosk.tsx'
