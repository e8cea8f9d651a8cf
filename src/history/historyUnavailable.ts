export type HistoryReason = 'needs_migration' | 'rejected' | 'failing'

/**
 * D1 did not do what it was asked. `needs_migration`: its tables are missing. `rejected`: it refuses these rows for good
 * (a constraint). `failing`: anything that may pass, a timeout with unknown result included.
 */
export class HistoryUnavailable extends Error {
  readonly reason: HistoryReason
  /** True when no answer came at all: nothing else need be asked either. */
  readonly isSilence: boolean

  constructor(reason: HistoryReason, message: string, isSilence = false) {
    super(message)
    this.name = 'HistoryUnavailable'
    this.reason = reason
    this.isSilence = isSilence
  }
}

/** What D1 threw, as one of the reasons. Its texts name tables and columns, never values. */
export function historyUnavailable(error: unknown): HistoryUnavailable {
  if (error instanceof HistoryUnavailable) return error
  const text = error instanceof Error ? error.message : String(error)
  const message = text.replace(/\s+/g, ' ').slice(0, 200)
  if (/no such (table|column)/i.test(text)) return new HistoryUnavailable('needs_migration', message)
  if (/constraint|datatype mismatch|too big/i.test(text)) return new HistoryUnavailable('rejected', message)
  return new HistoryUnavailable('failing', message)
}
