// Who looks. Without a session nothing else is asked at all.
import type { Problem, SessionView } from '../../wire.ts'
import { type Answer, ask, post, remove } from '../link/askServer.ts'
import { type Readable, Store } from './store.ts'

/** Nobody knows yet, somebody who must sign in, nobody because nothing is set, or a reader. */
export type Access =
  | { kind: 'asking' }
  | { kind: 'unreachable'; problem: Problem }
  | { kind: 'sign_in'; session: SessionView; note: string | null }
  | { kind: 'locked'; detail: string }
  | { kind: 'in'; session: SessionView }

interface Doors {
  /** Somebody may look. */
  enter(): void
  /** Nobody may any more: before anything else is shown. */
  leave(): void
}

export class Session {
  readonly #access = new Store<Access>({ kind: 'asking' })
  readonly #doors: Doors
  #booting: Promise<void> | null = null

  constructor(doors: Doors) {
    this.#doors = doors
  }

  get access(): Readable<Access> {
    return this.#access
  }

  get isIn(): boolean {
    return this.#access.get().kind === 'in'
  }

  /** Asks who is looking. */
  boot(): Promise<void> {
    this.#booting ??= this.#boot().finally(() => {
      this.#booting = null
    })
    return this.#booting
  }

  async signIn(token: string): Promise<Answer<SessionView>> {
    const answer = await post<SessionView>('/api/session', { token })
    if (answer.ok) this.#admit(answer.value)
    else if (answer.problem.code === 'auth_not_configured')
      this.#leave({ kind: 'locked', detail: answer.problem.detail })
    return answer
  }

  async signOut(): Promise<void> {
    await remove('/api/session')
    this.#leave({ kind: 'asking' })
    await this.boot()
  }

  /** True when the answer means that nobody is signed in any more: then who looks is asked again. */
  refused(problem: Problem): boolean {
    const ended = problem.status === 401 || problem.code === 'auth_not_configured'
    if (ended && this.isIn) void this.boot()
    return ended
  }

  async #boot(): Promise<void> {
    const session = await ask<SessionView>('/api/session')
    if (session.ok) this.#admit(session.value)
    else this.#leave({ kind: 'unreachable', problem: session.problem })
  }

  #admit(session: SessionView): void {
    const access = accessOf(session, this.isIn)
    if (access.kind === 'in') {
      this.#access.set(access)
      this.#doors.enter()
    } else this.#leave(access)
  }

  #leave(access: Access): void {
    this.#doors.leave()
    this.#access.set(access)
  }
}

/** `wasIn`: somebody was a moment ago. */
export function accessOf(session: SessionView, wasIn: boolean): Access {
  if (session.auth_mode === 'locked')
    return { kind: 'locked', detail: session.detail ?? 'No access is configured for this tracker.' }
  if (session.authenticated) return { kind: 'in', session }
  return { kind: 'sign_in', session, note: wasIn ? 'Your session has ended. Sign in again.' : null }
}
