import { useEffect, useState } from 'preact/hooks'
import { usePlace, useStatus, useUsage } from '../page/PageContext.ts'
import { dataAge } from './dataAge.ts'

/** Whether the data is stale: for all parts of the page at the same second, and drawn only when it changes. */
export function useStale(): boolean {
  const { page } = usePlace()
  const usage = useUsage()
  const status = useStatus()
  const read = () => dataAge(usage, status, page.facts.serverNow()).kind === 'stale'
  const [, setShown] = useState(read)
  useEffect(() => page.ticker.subscribe(() => setShown(read())), [page, usage, status])
  return read()
}
