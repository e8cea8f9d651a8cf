import type { ViewDeclaration } from '../view.ts'

export const statusView: ViewDeclaration<'status'> = {
  path: 'status',
  name: 'Status',
  key: 's',
  answers: 'Is the tracker well, and what is to be done?',
  load: () => import('./Status.tsx').then(each => each.Status),
}
