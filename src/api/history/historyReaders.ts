import type * as readHistory from '../../history/readHistory.ts'

/** D1 as the API reads it; all of these throw HistoryUnavailable when D1 has no tables or fails. */
export type HistoryReaders = Pick<
  typeof readHistory,
  'readSnapshots' | 'readHourTotals' | 'readDays' | 'readHourModels' | 'readUsageBy' | 'readRowHours'
>
