import type { PageAnswer } from './pageReader.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'

/** More than this fits in no wake, so that a longer walk would wait for ever. */
export const MOST_PAGES = 30

/** `nextPage` leads to the next page; on the last one it says nothing. */
export interface CursorPage {
  hasMore: boolean
  nextPage: string | null
}

export type FetchPage<Page extends CursorPage> = (cursor: string | null) => Promise<PageAnswer<Page>>

/** `whole` is false where `most` pages were not all of them. `asked` counts the pages asked for. */
export type CursorWalk<Page> =
  | { ok: true; pages: Page[]; whole: boolean; asked: number }
  | { ok: false; fault: UpstreamFault; asked: number }

/**
 * One page after the other until there is no more, or `most` of them. A page that fails fails the walk; so does a cursor
 * that is missing or comes again. `cursorName` is what OpenAI calls it, for the words of the fault.
 */
export async function walkCursors<Page extends CursorPage>(
  fetchPage: FetchPage<Page>,
  most: number,
  cursorName: 'next_page' | 'last_id' = 'next_page',
): Promise<CursorWalk<Page>> {
  const seen = new Set<string>()
  const pages: Page[] = []
  let cursor: string | null = null
  for (let asked = 0; ; ) {
    if (asked >= most) return { ok: true, pages, whole: false, asked }
    const answer = await fetchPage(cursor)
    asked += 1
    if (!answer.ok) return { ok: false, fault: answer.fault, asked }
    pages.push(answer.page)
    // `has_more: false` ends the walk whatever the cursor says.
    if (!answer.page.hasMore) return { ok: true, pages, whole: true, asked }
    const next: string | null = answer.page.nextPage
    if (next === null || next === '') return { ...malformed(`has_more is true, but there is no ${cursorName}`), asked }
    if (seen.has(next)) return { ...malformed(`a ${cursorName} came twice, so the pages go in a circle`), asked }
    seen.add(next)
    cursor = next
  }
}
