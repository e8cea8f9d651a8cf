import type { Access } from '../page/session.ts'
import { Locked } from './Locked.tsx'
import { SignIn } from './SignIn.tsx'
import { Unreachable } from './Unreachable.tsx'

/** What stands before the numbers. */
export function Gates({ access }: { access: Access }) {
  if (access.kind === 'sign_in') return <SignIn session={access.session} note={access.note} />
  if (access.kind === 'locked') return <Locked detail={access.detail} />
  return access.kind === 'unreachable' ? <Unreachable problem={access.problem} /> : null
}
