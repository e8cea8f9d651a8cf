import type { ViewDeclaration } from '../view.ts'

export const costsView: ViewDeclaration<'costs'> = {
  path: 'costs',
  name: 'Costs',
  key: 'c',
  answers: 'What does it cost, and where will the month end?',
  load: () => import('./Costs.tsx').then(each => each.Costs),
}
