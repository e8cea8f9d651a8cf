import { entityTag } from './entityTag.ts'

/** Of an answer that was made: it is still the same while the object's revision is, and `now` is in `[from, until)` (ms). */
interface Known {
  revision: string
  from: number
  until: number
  tag: string
}

const MOST_QUERIES = 200
const LONGEST_QUERY = 400
/** Longer texts are not worth their room. */
const LONGEST_TEXT = 65_536

/** What an isolate remembers of the answers that it made: their tags, no text but the last one. */
export class KnownAnswers {
  readonly #byQuery = new Map<string, Known>()
  #last = { text: '', tag: '' }

  /** The tag of what would be answered now; null where it must be made to know. */
  tagOf(query: string, revision: string, now: number): string | null {
    const known = this.#byQuery.get(query)
    const isSame = known !== undefined && known.revision === revision && now >= known.from && now < known.until
    return isSame ? known.tag : null
  }

  keep(query: string, known: Known): void {
    if (query.length > LONGEST_QUERY) return
    if (this.#byQuery.size >= MOST_QUERIES) this.#byQuery.clear()
    this.#byQuery.set(query, known)
  }

  /** To compare a text with the last one takes a small part of what a digest takes, and most who ask, ask for the same. */
  tagFor(text: string): string {
    if (text === this.#last.text) return this.#last.tag
    const tag = entityTag(text)
    if (text.length <= LONGEST_TEXT) this.#last = { text, tag }
    return tag
  }
}
