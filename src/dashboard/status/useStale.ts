import { useEffect, useState } from 'preact/hooks'
import { useView } from '../page/PageContext.ts'
import { dataAge } from './dataAge.ts'

/** Whether the data is stale: for all parts of the page at the same second, and drawn only when it changes. */
export function useStale(): boolean {
  const { page, state } = useView()
  const { usage, status, clockOffset } = state
  const read = () => dataAge(usage, status, Date.now() / 1000 + clockOffset).kind === 'stale'
  const [, setShown] = useState(read)
  useEffect(() => page.ticker.subscribe(() => setShown(read())), [page, usage, status, clockOffset])
  return read()
}
