// What the first screen can do without for a moment.
import { lazyPart } from './lazyPart.tsx'

const rest = () => import('./Rest.tsx')

export const BurnUp = lazyPart(() => rest().then(each => each.BurnUp), 'ghost-chart')
export const Costs = lazyPart(() => rest().then(each => each.Costs), 'unseen')
export const Details = lazyPart(() => rest().then(each => each.Details), 'ghost-details')
export const Kiosk = lazyPart(() => rest().then(each => each.Kiosk), 'ghost-details')
export const Help = lazyPart(() => rest().then(each => each.Help), 'unseen')
export const Gates = lazyPart(() => rest().then(each => each.Gates), 'unseen')
export const FirstRun = lazyPart(() => rest().then(each => each.FirstRun), 'ghost-lines')
