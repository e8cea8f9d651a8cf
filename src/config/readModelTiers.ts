import { TIERS, type Tier } from '../wire.ts'
import type { VarReader } from './varReader.ts'

export const MODEL_VARS = ['MODEL_TIERS'] as const

export interface ModelTiers {
  /** By model or family of models, as the operator names them. */
  modelTiers: ReadonlyMap<string, Tier>
}

export function readModelTiers(vars: VarReader<(typeof MODEL_VARS)[number]>): ModelTiers {
  const modelTiers = vars.read<ReadonlyMap<string, Tier>>({
    name: 'MODEL_TIERS',
    parse: parseModelTiers,
    fallback: new Map(),
    wanted: 'JSON like {"my-model":"mini"} with the values "premium" or "mini"',
  })
  return { modelTiers }
}

function parseModelTiers(value: string): ReadonlyMap<string, Tier> | null {
  try {
    const json: unknown = JSON.parse(value)
    if (!isTable(json)) return null
    const entries = entriesOf(json, '')
    return entries.every(isEntry) ? new Map(entries) : null
  } catch {
    return null
  }
}

/** TOML reads `gpt-4.1-mini = "mini"` without quotes as a table `gpt-4` that holds `1-mini`; the dot is put back. */
function entriesOf(table: object, prefix: string): [name: string, tier: unknown][] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
    isTable(value) && Object.keys(value).length > 0
      ? entriesOf(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value]],
  )
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEntry(entry: [name: string, tier: unknown]): entry is [string, Tier] {
  const [name, tier] = entry
  return name !== '' && TIERS.some(known => known === tier)
}
