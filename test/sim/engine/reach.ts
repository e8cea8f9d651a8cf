import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'

// Which of the product's fault handlers ran. V8 counts the blocks; a handler is a place in the source where something that
// went wrong is dealt with: a catch, a refusal that is handed on, a throw.

/** Places by file and text, `openai/walkPages.ts: if (seen.has(cursor)) return { ok: false, ...`. */
export interface Reach {
  reached: string[]
  missed: string[]
}

const SOURCE = new URL('../../../src/', import.meta.url).href
const HANDLER =
  /\bcatch(?: \(\w+\))? \{|\.catch\((?:\w+|\(\)) =>|\bok: false\b|\bthrow\b|\boutcome: '(?!delivered)\w+'/g

/**
 * Counts in this thread, each time since the last look: to be called before the product is loaded. It costs half the speed.
 */
export async function watchReach(): Promise<() => Promise<Reach>> {
  const handlers = new Map<string, Handler[]>()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const reach: Reach = { reached: [], missed: [] }
    for (const { url, functions } of result.filter(({ url }) => url.startsWith(SOURCE))) {
      const ranges = functions.flatMap(({ ranges }) => ranges)
      const known = handlers.get(url) ?? handlersIn(url)
      handlers.set(url, known)
      for (const { place, offset } of known) (isReached(ranges, offset) ? reach.reached : reach.missed).push(place)
    }
    return reach
  }
}

interface Range {
  startOffset: number
  endOffset: number
  count: number
}

/** The innermost range decides; of equal ones the later, which is the block's own. */
function isReached(ranges: readonly Range[], offset: number): boolean {
  const size = ({ startOffset, endOffset }: Range) => endOffset - startOffset
  let innermost: Range | null = null
  for (const range of ranges) {
    if (range.startOffset > offset || range.endOffset <= offset) continue
    if (innermost === null || size(range) <= size(innermost)) innermost = range
  }
  return innermost !== null && innermost.count > 0
}

interface Handler {
  place: string
  offset: number
}

function handlersIn(url: string): Handler[] {
  // Types are blanked when Node loads them, comments here: offsets are the file's in every case.
  const source = withoutComments(readFileSync(fileURLToPath(url), 'utf8'))
  const lines = source.split('\n')
  const seen = new Map<string, number>()
  return [...source.matchAll(HANDLER)].map(({ 0: found, index }) => {
    const line = lines[source.slice(0, index).split('\n').length - 1]?.trim() ?? ''
    const nth = (seen.get(line) ?? 0) + 1
    seen.set(line, nth)
    const place = `${url.slice(SOURCE.length)}: ${line}${nth > 1 ? ` (${nth})` : ''}`
    return { place, offset: index + found.length }
  })
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, comment => comment.replace(/[^\n]/g, ' '))
}
