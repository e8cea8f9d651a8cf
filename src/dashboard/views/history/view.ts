import type { ViewDeclaration } from '../view.ts'

export const historyView: ViewDeclaration<'history'> = {
  path: 'history',
  name: 'History',
  key: 'h',
  answers: 'What was used on which day and hour?',
  load: () => import('./History.tsx').then(each => each.History),
}
