import { usePlace } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'
import { Gate } from './Gate.tsx'

export function Locked({ detail }: { detail: string }) {
  const { page } = usePlace()
  return (
    <Gate title="Locked">
      <p class="gate-lead">
        <Icon name="lock" /> Nobody may see the numbers until it is said who may.
      </p>
      <p>{detail}</p>
      <p class="muted">Polling and alerts go on meanwhile.</p>
      <button type="button" class="button primary" onClick={() => void page.session.boot()}>
        Look again
      </button>
    </Gate>
  )
}
