import type { ViewDeclaration } from '../view.ts'

export const whoView: ViewDeclaration<'who'> = {
  path: 'who',
  name: 'Who',
  key: 'w',
  answers: 'Who used what, and more or less than before?',
  load: () => import('./Who.tsx').then(each => each.Who),
}
