import { askOpenAI, PAGE_TOO_LARGE, type Upstream } from './askOpenAI.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'

/** All pages of a walk together: they become one reading, in the 128 MB that an object has for everything. */
export const LARGEST_WALK_BYTES = 64 * 1024 * 1024
const TOO_MUCH = `the pages together are larger than ${LARGEST_WALK_BYTES} bytes`

type Parsed<Page> = { ok: true; page: Page } | { ok: false; detail: string }
export type PageAnswer<Page> = { ok: true; page: Page } | { ok: false; fault: UpstreamFault }

/** Reads the pages of one walk one by one, and counts what they took. */
export class PageReader {
  readonly #upstream: Upstream
  #requests: number
  #bytes = 0
  #simulated = false

  /** `asked`: requests that the same read has made before this walk. */
  constructor(upstream: Upstream, asked = 0) {
    this.#upstream = upstream
    this.#requests = asked
  }

  get requests(): number {
    return this.#requests
  }

  /** True when any page came from the simulator that ships with this project. */
  get simulated(): boolean {
    return this.#simulated
  }

  async read<Page>(url: string, parse: (text: string) => Parsed<Page>): Promise<PageAnswer<Page>> {
    const answer = await askOpenAI(this.#upstream, url)
    if (answer.ok || answer.fault.kind !== 'postponed') this.#requests += 1
    if (!answer.ok) return answer
    const parsed = parse(answer.text)
    if (!parsed.ok) return malformed(parsed.detail, answer.requestId)
    this.#bytes += answer.bytes
    this.#simulated ||= answer.simulated
    return this.#bytes > LARGEST_WALK_BYTES ? malformed(TOO_MUCH) : parsed
  }
}

type Read = { ok: true } | { ok: false; fault: UpstreamFault; requests: number }

/** Tries one size of a page after the other, in buckets, while the body of one is too large to be taken in. */
export async function withSmallerPages<R extends Read>(
  [usual, ...smaller]: readonly [number, ...number[]],
  readWith: (page: { buckets: number; asked: number }) => Promise<R>,
): Promise<R> {
  let read = await readWith({ buckets: usual, asked: 0 })
  for (const buckets of smaller) {
    if (read.ok || read.fault.kind !== 'malformed' || read.fault.detail !== PAGE_TOO_LARGE) return read
    read = await readWith({ buckets, asked: read.requests })
  }
  return read
}
