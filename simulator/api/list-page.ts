import { refuse } from './answer.ts'
import type { Parameters } from './parameters.ts'

export type ListPage = {
  object: 'list'
  data: { id: string; name: string | null }[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

/** The page of a list that `limit` and `after` ask for: these pages go by the last id, unlike those of usage. */
export function listPage(all: readonly ListPage['data'][number][], asked: Parameters): ListPage {
  const limit = asked.integerBetween('limit', 1, 100) ?? 20
  const after = asked.text('after')
  const before = after === undefined ? -1 : all.findIndex(({ id }) => id === after)
  if (after !== undefined && before < 0)
    refuse('after', 'invalid_value', `Invalid 'after': nothing has the id '${after}'.`)
  const data = all.slice(before + 1, before + 1 + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: before + 1 + limit < all.length,
  }
}
