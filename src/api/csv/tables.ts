import { addDays, dateOf } from '../../usage/utcDay.ts'
import type {
  AlertsView,
  BreakdownView,
  CostsView,
  DayPoint,
  HistoryPage,
  HistoryView,
  HourPoint,
  ModelsView,
  SnapshotPoint,
} from '../../wire.ts'
import { type Cell, Exact } from './csv.ts'

export type TableName = 'history' | 'models' | 'breakdown' | 'costs' | 'alerts'

/** A view as rows and columns. Columns are called as the fields of the JSON are; they are added to, never renamed or moved. */
export interface Table {
  /** Of the file, without its ending: what it is, and of when. */
  file: string
  columns: readonly string[]
  rows: Cell[][]
}

export interface Asked {
  params: URLSearchParams
  /** Unix seconds. */
  now: number
}

type Columns<Row> = Record<string, (row: Row) => Cell>

const TABLES: Record<TableName, (view: object, asked: Asked) => Table> = {
  history: historyTable,
  models: (view, _) => modelsTable(view as ModelsView),
  breakdown: (view, _) => breakdownTable(view as BreakdownView),
  costs: (view, _) => costsTable(view as CostsView),
  alerts: (view, asked) => alertsTable(view as AlertsView, asked),
}

export function tableOf(name: TableName, view: object, asked: Asked): Table {
  return TABLES[name](view, asked)
}

const POINT: Columns<SnapshotPoint> = {
  timestamp: row => row.timestamp,
  time_utc: row => isoTime(row.timestamp),
  date: row => row.date,
  premium_tokens: row => row.premium_tokens,
  mini_tokens: row => row.mini_tokens,
}

const RAW: Columns<SnapshotPoint> = {
  ...POINT,
  premium_free_tokens: row => row.premium_free_tokens,
  mini_free_tokens: row => row.mini_free_tokens,
}

const HOUR: Columns<HourPoint> = {
  ...POINT,
  premium_hour_tokens: row => row.premium_hour_tokens,
  mini_hour_tokens: row => row.mini_hour_tokens,
}

const DAY: Columns<DayPoint> = {
  ...POINT,
  premium_limit: row => row.premium_limit,
  mini_limit: row => row.mini_limit,
  premium_free_tokens: row => row.premium_free_tokens,
  premium_billed_tokens: row => row.premium_billed_tokens,
  mini_free_tokens: row => row.mini_free_tokens,
  mini_billed_tokens: row => row.mini_billed_tokens,
  final: row => row.final,
}

function historyTable(view: object, { params, now }: Asked): Table {
  if ('data' in view) {
    const { data, pagination } = view as HistoryPage
    const entry = fields<HistoryPage['data'][number]>(
      'id',
      'timestamp',
      'model',
      'tier',
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'status',
    )
    return table(`usage-hours-by-model-from-${pagination.offset}`, entry, data)
  }
  const interval = params.get('interval') ?? 'raw'
  const today = dateOf(now)
  const days = Number(params.get('days') ?? 7)
  // A day of 24 hours that ends now has begun on the date before.
  const first = addDays(today, interval === 'day' ? 1 - days : -days)
  const of = params.get('date') ?? `${first}-to-${today}`
  const { snapshots } = view as HistoryView
  if (interval === 'hour') return table(`usage-by-hour-${of}`, HOUR, snapshots as HourPoint[])
  if (interval === 'day') return table(`usage-by-day-${of}`, DAY, snapshots as DayPoint[])
  return table(`usage-${of}`, RAW, snapshots)
}

function modelsTable({ date, models }: ModelsView): Table {
  const model = fields<ModelsView['models'][number]>(
    'model',
    'tier',
    'unclassified',
    'service_tier',
    'project_id',
    'project_name',
    'free',
    'input_tokens',
    'output_tokens',
    'cached_tokens',
    'total_tokens',
    'requests',
  )
  return table(`usage-models-${date}`, { date: () => date, ...model }, models)
}

function breakdownTable({ by, from, to, rows }: BreakdownView): Table {
  const row = fields<BreakdownView['rows'][number]>(
    'id',
    'name',
    'tokens_used',
    'input_tokens',
    'output_tokens',
    'cached_tokens',
    'requests',
    'free_tokens',
    'billed_tokens',
    'premium_tokens',
    'mini_tokens',
    'share',
  )
  return table(`usage-by-${by}-${span(from, to)}`, row, rows)
}

type CostsRow = CostsView['rows'][number]

function costsTable({ by, from, to, rows }: CostsView): Table {
  // Exact to the billionth.
  const usd: Columns<CostsRow> = { usd: row => new Exact(row.usd_text) }
  const columns =
    by === 'day'
      ? { ...fields<CostsRow>('date'), ...usd, ...fields<CostsRow>('final') }
      : { ...fields<CostsRow>('id', 'name'), ...usd }
  return table(`costs-by-${by}-${span(from, to)}`, columns, rows)
}

/** Without the deliveries, which are a list of their own. */
function alertsTable({ alerts }: AlertsView, { params, now }: Asked): Table {
  const today = dateOf(now)
  const from = addDays(today, -Number(params.get('days') ?? 7))
  const alert = fields<AlertsView['alerts'][number]>(
    'id',
    'kind',
    'timestamp',
    'created_at',
    'date',
    'tier',
    'threshold',
    'tokens_used',
    'limit_value',
    'percentage',
    'sent',
    'late',
    'message_id',
    'message',
  )
  return table(`alerts-${from}-to-${today}`, alert, alerts)
}

function table<Row>(file: string, columns: Columns<Row>, rows: readonly Row[]): Table {
  const cells = Object.values(columns)
  return { file, columns: Object.keys(columns), rows: rows.map(row => cells.map(cell => cell(row))) }
}

function fields<Row extends object>(...names: (keyof Row & string)[]): Columns<Row> {
  return Object.fromEntries(names.map(name => [name, (row: Row) => row[name] as Cell]))
}

function span(from: string, to: string): string {
  return from === to ? from : `${from}-to-${to}`
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
