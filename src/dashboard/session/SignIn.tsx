import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem, SessionView } from '../../wire.ts'
import { usePlace } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'
import { duration } from '../words/duration.ts'
import { Gate } from './Gate.tsx'

/** The token is traded for a cookie and kept nowhere: not in a variable, not in storage. */
export function SignIn({ session, note }: { session: SessionView; note: string | null }) {
  if (session.auth_mode === 'access') {
    return (
      <Gate title="Sign in">
        <p>{note ?? 'This tracker is behind Cloudflare Access.'}</p>
        <a class="button primary" href="/">
          Sign in with Access
        </a>
      </Gate>
    )
  }
  return <TokenForm note={note} />
}

function TokenForm({ note }: { note: string | null }) {
  const { page } = usePlace()
  const field = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  useEffect(() => field.current?.focus(), [])
  const submit = async (event: Event) => {
    event.preventDefault()
    const token = field.current?.value ?? ''
    if (token === '' || busy) return field.current?.focus()
    setBusy(true)
    const answer = await page.session.signIn(token)
    setBusy(false)
    if (answer.ok) return
    setWrong(wrongWords(answer.problem, answer.retryAfter))
    field.current?.select()
  }
  return (
    <Gate title="Sign in">
      {note && <p class="gate-note">{note}</p>}
      <form onSubmit={event => void submit(event)}>
        <input
          class="unseen"
          type="text"
          name="username"
          autocomplete="username"
          value="usage-tracker"
          tabIndex={-1}
          aria-hidden="true"
          readOnly
        />
        <label for="token">API token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          aria-invalid={wrong !== null}
          aria-describedby={wrong === null ? 'token-hint' : 'token-wrong'}
        />
        {wrong === null ? (
          <p id="token-hint" class="muted">
            The value of this Worker’s <code>API_TOKEN</code> secret. You stay signed in for 12 hours.
          </p>
        ) : (
          <p id="token-wrong" class="wrong" role="alert">
            <Icon name="critical" /> {wrong}
          </p>
        )}
        <button type="submit" class="button primary" aria-disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </Gate>
  )
}

export function wrongWords(problem: Problem, retryAfter: number | null): string {
  if (problem.status === 429) return `Too many tries. Wait ${duration(retryAfter ?? 30)}, then try again.`
  if (problem.code === 'wrong_token') return 'This is not the token of this tracker.'
  return problem.detail || problem.title
}
