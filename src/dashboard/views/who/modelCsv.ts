import type { Cell } from '../../shell/csv.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'
import type { ModelRow } from './modelRows.ts'

export const modelCsvHeader: readonly string[] = [
  'date_utc',
  'model',
  'tier',
  'unclassified',
  'service_tier',
  'project_id',
  'project_name',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'total_tokens',
  'requests',
  'free',
  'share_of_tier',
]

export function modelCsv(rows: readonly ModelRow[], date: string): Cell[][] {
  return rows.map(({ usage, share }) => [
    date,
    usage.model,
    usage.tier,
    usage.unclassified,
    usage.service_tier,
    usage.project_id,
    usage.project_name ? cleanLabel(usage.project_name) : null,
    usage.input_tokens,
    usage.cached_tokens,
    usage.output_tokens,
    usage.total_tokens,
    usage.requests,
    usage.free,
    Number(share.toFixed(6)),
  ])
}
