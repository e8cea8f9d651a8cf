import { alertsView } from './alerts/view.ts'
import { costsView } from './costs/view.ts'
import { historyView } from './history/view.ts'
import { statusView } from './status/view.ts'
import { todayView } from './today/view.ts'
import { whoView } from './who/view.ts'

/** In the order of the navigation; the first is home. */
export const VIEWS = [todayView, whoView, costsView, historyView, alertsView, statusView] as const

export type ViewPath = (typeof VIEWS)[number]['path']
