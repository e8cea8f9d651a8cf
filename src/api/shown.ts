import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'

const SHOWN_CHARS = 40

/** A client's text as it may be repeated in an answer: short, quoted, and without anything invisible. */
export function shown(value: string): string {
  return JSON.stringify(sanitizeLabel(value, SHOWN_CHARS))
}
