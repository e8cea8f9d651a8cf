import { FOLDED_ID } from '../usage/breakdown.ts'
import type { Growth } from '../usage/growth.ts'
import { groupedDigits } from './groupedDigits.ts'
import type { Fact } from './messageWords.ts'
import { shownName } from './shownName.ts'

/** Who caused an alert: what grew most since the last message of its tier. Foreign names. */
export interface Cause {
  /** Null: OpenAI names none. */
  id: string | null
  /** The last known name; the id where none is known, and for null what that means. */
  name: string
  tokens: number
}

export type Causes = Record<keyof Growth, Cause[]>

/** How many of each an alert names. */
export const MOST_CAUSES = 3

const NAMELESS = { models: 'unknown model', projects: 'no project', keys: 'no API key (Playground)' } as const
const LABELS = { models: 'Models', projects: 'Projects', keys: 'API keys' } as const

/** The growth with names for ids; `nameOf` gives the last known one, or nothing. */
export function causesOf(growth: Growth, nameOf: (kind: keyof Growth, id: string) => string | undefined): Causes {
  const of = (kind: keyof Growth): Cause[] =>
    growth[kind].map(({ id, tokens }) => {
      if (id === '') return { id: null, name: NAMELESS[kind], tokens }
      if (id === FOLDED_ID && kind !== 'models') return { id, name: 'all others', tokens }
      return { id, name: nameOf(kind, id) || id, tokens }
    })
  return { models: of('models'), projects: of('projects'), keys: of('keys') }
}

/** One fact for each of models, projects and keys that has any. */
export function causeFacts(causes: Causes | undefined): Fact[] {
  if (causes === undefined) return []
  return (['models', 'projects', 'keys'] as const).flatMap(kind => {
    const named = causes[kind].map(({ id, name, tokens }) => `${shownName(name, id ?? '')} +${groupedDigits(tokens)}`)
    return named.length === 0 ? [] : [{ label: LABELS[kind], value: named.join(', ') }]
  })
}
