import { SCOPES, type Scope } from '../api/scopes.ts'
import type { DirectoryChange } from '../organisation/directory.ts'

const FIELDS: Record<DirectoryChange['kind'], Record<string, 'text' | 'text or null' | 'boolean'>> = {
  project: { name: 'text or null', archived: 'boolean' },
  user: { name: 'text or null', email: 'text or null', deleted: 'boolean' },
  service_account: { name: 'text', project: 'text', deleted: 'boolean' },
  key: { name: 'text', project: 'text', owner: 'text', orphaned: 'boolean', deleted: 'boolean' },
}

/** One change of the directory or an array of them: `{"kind": "key", "id": "key_1", "name": "CI"}`. */
export function readChanges(body: string): DirectoryChange[] {
  const value: unknown = JSON.parse(body)
  return (Array.isArray(value) ? value : [value]).map(readChange)
}

function readChange(value: unknown): DirectoryChange {
  if (typeof value !== 'object' || value === null) throw new Error('A change is an object.')
  const { kind, id, ...said } = value as Record<string, unknown>
  if (typeof kind !== 'string' || !isKind(kind)) throw new Error(`kind: expected ${Object.keys(FIELDS).join(', ')}.`)
  if (typeof id !== 'string' || id === '') throw new Error('id: expected a text.')
  for (const [name, given] of Object.entries(said)) {
    const wanted = FIELDS[kind][name]
    if (wanted === undefined)
      throw new Error(`${name}: unknown. A ${kind} has ${Object.keys(FIELDS[kind]).join(', ')}.`)
    const fits = wanted === 'boolean' ? typeof given === 'boolean' : typeof given === 'string'
    if (!fits && !(wanted === 'text or null' && given === null)) {
      throw new Error(`${name}: expected a ${wanted}, got ${JSON.stringify(given)}.`)
    }
  }
  return { ...said, kind, id }
}

function isKind(text: string): text is DirectoryChange['kind'] {
  return Object.hasOwn(FIELDS, text)
}

/** `{"scopes": ["api.usage.read"]}`: those that the key has from now on. */
export function readScopes(body: string): Scope[] {
  const value: unknown = JSON.parse(body)
  const scopes = typeof value === 'object' && value !== null && 'scopes' in value ? value.scopes : undefined
  if (!Array.isArray(scopes)) throw new Error('scopes: expected an array.')
  return scopes.map(scopeNamed)
}

export function scopeNamed(text: unknown): Scope {
  const found = SCOPES.find(scope => scope === text)
  if (!found) throw new Error(`scopes: ${JSON.stringify(text)} is unknown. There are: ${SCOPES.join(', ')}.`)
  return found
}
