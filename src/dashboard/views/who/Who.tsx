import './who.css'
import { usePlace } from '../../page/PageContext.ts'
import { BreakdownTable } from './BreakdownTable.tsx'
import { ModelTable } from './ModelTable.tsx'

/** The models of one day come live and by project; any other question is answered by the server's breakdown. */
export function Who() {
  const { address } = usePlace()
  return address.by === 'model' && address.span === 1 ? <ModelTable /> : <BreakdownTable />
}
