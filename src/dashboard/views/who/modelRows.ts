import type { ModelUsage, Tier } from '../../../wire.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'
import type { SortKey, WhoAddress } from './whoAddress.ts'

export interface ModelRow {
  /** Of all that is said of it in words: two rows with one key differ by numbers only. */
  key: string
  usage: ModelUsage
  label: string
  /** The project's name, or its id where no name is known. Empty: of no project. */
  project: string
  /** Empty where `project` is the id itself. */
  projectId: string
  /** Of its tier's total. */
  share: number
}

interface Question {
  models: readonly ModelUsage[]
  tier: Tier | null
  /** Billed ones alone, or those that the catalogue does not know. */
  only?: WhoAddress['only']
  /** Id of the one project that is asked for. */
  projectId?: string | null
  filter: string
  sort: SortKey
  descending: boolean
}

/** Models the catalogue does not know come first, whatever is sorted by: they are counted on a guess. */
export function modelRows({
  models,
  tier,
  only = null,
  projectId = null,
  filter,
  sort,
  descending,
}: Question): ModelRow[] {
  const totals: Record<Tier, number> = { premium: 0, mini: 0 }
  for (const each of models) totals[each.tier] += each.total_tokens
  const wanted = filter.trim().toLowerCase()
  const rows = models
    .filter(each => tier === null || each.tier === tier)
    .filter(each => only === null || (only === 'billed' ? !each.free : each.unclassified))
    .filter(each => projectId === null || each.project_id === projectId)
    .map(usage => rowOf(usage, totals[usage.tier]))
    .filter(row => wanted === '' || `${row.label} ${row.project} ${row.projectId}`.toLowerCase().includes(wanted))
  return rows.sort(inOrder(sort, descending))
}

function inOrder(sort: SortKey, descending: boolean): (a: ModelRow, b: ModelRow) => number {
  const turn = descending ? -1 : 1
  return (a, b) =>
    Number(b.usage.unclassified) - Number(a.usage.unclassified) ||
    turn * compare(field(a, sort), field(b, sort)) ||
    b.usage.total_tokens - a.usage.total_tokens ||
    compare(a.key, b.key)
}

/** A model with its rows: of projects, service tiers, free and billed. */
export interface ModelGroup {
  /** The sum of its rows. */
  sum: ModelRow
  free: number
  billed: number
  rows: ModelRow[]
}

/** Rows in their order, by model; the groups in the order of their sums. */
export function groupRows(rows: readonly ModelRow[], sort: SortKey, descending: boolean): ModelGroup[] {
  const byModel = Map.groupBy(rows, ({ label, usage }) => `${usage.tier} ${label}`)
  const groups = [...byModel].map(([key, of]) => groupOf(key, of))
  const order = inOrder(sort, descending)
  return groups.sort((a, b) => order(a.sum, b.sum))
}

function groupOf(key: string, rows: ModelRow[]): ModelGroup {
  const total = (pick: (row: ModelRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
  const [first] = rows as [ModelRow]
  const usage: ModelUsage = {
    ...first.usage,
    input_tokens: total(({ usage }) => usage.input_tokens),
    output_tokens: total(({ usage }) => usage.output_tokens),
    cached_tokens: total(({ usage }) => usage.cached_tokens),
    total_tokens: total(({ usage }) => usage.total_tokens),
    requests: total(({ usage }) => usage.requests),
  }
  const billed = total(({ usage }) => (usage.free ? 0 : usage.total_tokens))
  return {
    sum: { ...first, key: `group ${key}`, usage, share: total(({ share }) => share) },
    free: usage.total_tokens - billed,
    billed,
    rows,
  }
}

function rowOf(usage: ModelUsage, total: number): ModelRow {
  const { model, service_tier, project_id, project_name } = usage
  const id = project_id === null ? '' : cleanLabel(project_id)
  return {
    key: JSON.stringify([model, service_tier, project_id, usage.tier, usage.free, usage.unclassified, project_name]),
    usage,
    label: cleanLabel(model),
    project: project_name ? cleanLabel(project_name) : id,
    projectId: project_name ? id : '',
    share: total > 0 ? usage.total_tokens / total : 0,
  }
}

function field({ usage, label, project }: ModelRow, sort: SortKey): string | number {
  switch (sort) {
    case 'model':
      return label
    case 'tier':
      return usage.tier
    case 'project':
      return project
    case 'input':
      return usage.input_tokens
    case 'cached':
      return usage.cached_tokens
    case 'output':
      return usage.output_tokens
    case 'requests':
      return usage.requests
    case 'billed':
      return usage.free ? 0 : usage.total_tokens
    case 'total':
      return usage.total_tokens
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

/** Whether two rows would be drawn alike: the key stands for their words. */
export function sameRow(a: ModelRow, b: ModelRow): boolean {
  const [x, y] = [a.usage, b.usage]
  return (
    a.key === b.key &&
    a.share === b.share &&
    x.input_tokens === y.input_tokens &&
    x.cached_tokens === y.cached_tokens &&
    x.output_tokens === y.output_tokens &&
    x.requests === y.requests &&
    x.total_tokens === y.total_tokens
  )
}
