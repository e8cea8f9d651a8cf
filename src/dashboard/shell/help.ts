import { Store } from '../page/store.ts'

/** Asked for, even while the dialog that shows it is still being fetched. */
export const helpOpen = new Store(false)

export function openHelp(): void {
  helpOpen.set(true)
}

/** So too the filter of a view that is still being fetched. */
export const filterAsked = new Store(false)
