// One file for whatever is under the first screen or seldom on it: many small ones compress worse than one.
export { Gates } from '../session/Gates.tsx'
export { FirstRun } from '../status/FirstRun.tsx'
export { Details } from './Details.tsx'
export { Help } from './Help.tsx'
export { Kiosk } from './Kiosk.tsx'
