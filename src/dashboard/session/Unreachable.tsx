import { useEffect } from 'preact/hooks'
import type { Problem } from '../../wire.ts'
import { usePlace } from '../page/PageContext.ts'
import { Gate } from './Gate.tsx'

const TRY_AGAIN_MS = 10_000

export function Unreachable({ problem }: { problem: Problem }) {
  const { page } = usePlace()
  useEffect(() => {
    const timer = setTimeout(() => !document.hidden && void page.session.boot(), TRY_AGAIN_MS)
    return () => clearTimeout(timer)
  }, [page, problem])
  return (
    <Gate title={problem.title}>
      <p>{problem.detail}</p>
      <p class="muted">Trying again every 10 seconds.</p>
      <button type="button" class="button primary" onClick={() => void page.session.boot()}>
        Try now
      </button>
    </Gate>
  )
}
