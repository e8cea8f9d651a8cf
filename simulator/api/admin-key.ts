import { errorAnswer, Refusal } from './answer.ts'
import { missingScope, type Scope } from './scopes.ts'

/**
 * Only an admin key reads the organisation. Without a configured key any `sk-admin-...` will do. A project's or a
 * service account's key is known but has no scope at all: `needed` is the one that it is told of.
 */
export function checkAdminKey(authorization: string | undefined, adminKey: string | undefined, needed: Scope): void {
  const key = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  if (key === undefined) throw new Refusal(errorAnswer(401, { message: NO_KEY }))
  if (adminKey === undefined ? key.startsWith('sk-admin-') : key === adminKey) return
  if (/^sk-(proj|svcacct)-/.test(key)) throw new Refusal(missingScope(needed))
  throw new Refusal(incorrectKey(key))
}

export function incorrectKey(key: string) {
  const masked = key.length > 12 ? `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}` : '*'.repeat(key.length)
  const hint = 'You can find your API key at https://platform.openai.com/account/api-keys.'
  return errorAnswer(401, { message: `Incorrect API key provided: ${masked}. ${hint}`, code: 'invalid_api_key' })
}

const NO_KEY =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
  '(i.e. Authorization: Bearer YOUR_KEY).'
