import * as v from 'valibot'
import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'
import { LONGEST_CURSOR_CHARS, NOT_JSON, wordsOf } from './bucketPage.ts'
import { storableName } from './storableName.ts'

// One page of a list of projects, users, keys or service accounts. A name is never needed, so an item that cannot be
// read is left out, and only a list that is none fails the page.

/** `id` is as usage spells it; `name` is fit to be shown on one line, and empty where there is none. */
export interface Named {
  id: string
  name: string
}

export const LONGEST_SHOWN_NAME_CHARS = 200

const Cursor = v.pipe(v.string(), v.maxLength(LONGEST_CURSOR_CHARS))
const List = v.object({
  data: v.array(v.unknown()),
  has_more: v.boolean(),
  last_id: v.optional(v.nullable(Cursor), null),
})

export interface NamePage {
  items: Item[]
  hasMore: boolean
  nextPage: string | null
}

/** An object that has an id. */
export type Item = Record<string, unknown> & { id: string }

/** The list in `text`, or in one line what is wrong with it, without repeating anything that OpenAI sent. */
export function parseNamePage(text: string): { ok: true; page: NamePage } | { ok: false; detail: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, detail: NOT_JSON }
  }
  const parsed = v.safeParse(List, json, { abortEarly: true })
  if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the list') }
  const { data, has_more, last_id } = parsed.output
  const items = data.filter(isItem)
  // OpenAI need not say which was the last.
  return { ok: true, page: { items, hasMore: has_more, nextPage: last_id ?? items.at(-1)?.id ?? null } }
}

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && value.id !== ''
}

/** The first of the texts that leaves something to be seen. */
export function named(id: string, ...texts: unknown[]): Named {
  for (const text of texts) {
    const name = typeof text === 'string' ? sanitizeLabel(text, LONGEST_SHOWN_NAME_CHARS) : ''
    if (name !== '') return { id: storableName(id), name }
  }
  return { id: storableName(id), name: '' }
}
