import { createHash } from 'node:crypto'
import { refuse } from './answer.ts'

/** Cursors made by a fault: read as the first page, whatever they are sent with. */
export const FAULT_CURSOR = 'page_U0lN'

export type Cursor = { /** The end of the walk, fixed by its first page. */ until: number; next: number }

/**
 * The form of the published example `page_AAAAAGdGxdEiJdKOAAAAAGcqsYA=`: 8 bytes end, 4 bytes that seem to be a check
 * of the question, 8 bytes start of the next bucket. The `=` means that a client must encode it.
 */
export function writeCursor({ until, next }: Cursor, question: string): string {
  const bytes = Buffer.alloc(20)
  bytes.writeBigUInt64BE(BigInt(until), 0)
  bytes.writeUInt32BE(checkOf(question), 8)
  bytes.writeBigUInt64BE(BigInt(next), 12)
  return `page_${bytes.toString('base64')}`
}

export function readCursor(text: string | undefined, question: string): Cursor | undefined {
  if (text === undefined || text.startsWith(FAULT_CURSOR)) return undefined
  const bytes = Buffer.from(text.slice('page_'.length), 'base64')
  const wellFormed = bytes.length === 20 && text === `page_${bytes.toString('base64')}`
  if (!wellFormed || bytes.readUInt32BE(8) !== checkOf(question)) {
    const hint = 'Send next_page of the previous answer, URL-encoded, with the same other parameters.'
    refuse('page', 'invalid_value', `Invalid 'page': the cursor does not belong to this request. ${hint}`)
  }
  return { until: Number(bytes.readBigUInt64BE(0)), next: Number(bytes.readBigUInt64BE(12)) }
}

function checkOf(question: string): number {
  return Number.parseInt(createHash('sha256').update(question).digest('hex').slice(0, 8), 16)
}
