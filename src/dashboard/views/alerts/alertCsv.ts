import type { AlertView } from '../../../wire.ts'
import type { Cell } from '../../shell/csv.ts'

export const alertCsvHeader: readonly string[] = [
  'created_at',
  'date_utc',
  'kind',
  'tier',
  'threshold',
  'percentage',
  'tokens_used',
  'limit_value',
  'sent',
  'message',
]

export function alertCsv(alerts: readonly AlertView[]): Cell[][] {
  return alerts.map(a => [
    a.created_at,
    a.date,
    a.kind,
    a.tier,
    a.threshold,
    a.percentage,
    a.tokens_used,
    a.limit_value,
    a.sent,
    a.message,
  ])
}
