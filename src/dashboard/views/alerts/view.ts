import type { ViewDeclaration } from '../view.ts'

export const alertsView: ViewDeclaration<'alerts'> = {
  path: 'alerts',
  name: 'Alerts',
  key: 'a',
  answers: 'What was told, to whom, with what answer?',
  load: () => import('./Alerts.tsx').then(each => each.Alerts),
}
