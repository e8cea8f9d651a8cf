/** What a stretch of an object's life cost, by the platform's own counters. */
export interface Counts {
  wakes: number
  /** From the beginning of the stretch to its last wake, in seconds. */
  lastWakeS: number
  objectRowsRead: number
  /** Without alarms. */
  objectRowsWritten: number
  /** The platform bills each `setAlarm` as a row written. */
  alarmsSet: number
  d1RowsRead: number
  d1RowsWritten: number
  openaiRequests: number
  messages: number
  /** Requests to OpenAI and receivers and queries to D1, of the wake that made the most. */
  mostSubrequests: number
  /** Rows of the object by statement. */
  statements: Record<string, { read: number; written: number; times: number }>
}

export function noCounts(): Counts {
  return {
    wakes: 0,
    lastWakeS: 0,
    objectRowsRead: 0,
    objectRowsWritten: 0,
    alarmsSet: 0,
    d1RowsRead: 0,
    d1RowsWritten: 0,
    openaiRequests: 0,
    messages: 0,
    mostSubrequests: 0,
    statements: {},
  }
}
