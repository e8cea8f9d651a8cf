import type { ViewDeclaration } from '../view.ts'

export const todayView: ViewDeclaration<'today'> = {
  path: 'today',
  name: 'Today',
  key: 'd',
  answers: 'Do the tokens last until the reset?',
  load: () => import('./Today.tsx').then(each => each.Today),
}
