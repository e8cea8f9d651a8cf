const SHOWN_VALUE_CHARS = 64
const MOST_SEARCHED_CHARS = 4 * SHOWN_VALUE_CHARS

/** A secret set under another name: by its prefix, as user, password or path of a URL, or as a long run without a break. */
const SECRET_LOOK = /\b(?:sk-|whsec_)\S+|[^\s/]+@|(?<=:\/\/[^\s/]{1,253}\/)[^\s"]+|(?=\w*[a-z])[\w+=]{20,}/gi

/** The value of a variable as a problem or hint may repeat it: quoted, short, and without what looks like a secret. */
export function shownValue(value: string): string {
  // Cut before it is searched: what looks back and ahead over kilobytes takes a tenth of a second.
  const safe = value.slice(0, MOST_SEARCHED_CHARS).replace(SECRET_LOOK, '[redacted]')
  const short = safe.length > SHOWN_VALUE_CHARS ? `${safe.slice(0, SHOWN_VALUE_CHARS)}…` : safe
  return JSON.stringify(short)
}
