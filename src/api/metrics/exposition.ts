/** One metric with its samples. A value that is null was not measured: its sample is left out. */
export interface Family {
  name: string
  type: 'gauge' | 'counter'
  help: string
  samples: readonly Sample[]
}

/** A number, or its exact digits where JavaScript would round. */
export type Value = number | string | boolean | null

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: Value]

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). A family without a sample is
 * left out whole.
 */
export function exposition(families: readonly Family[]): string {
  return families.map(familyText).join('')
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${name}${labelsText(labels)} ${shown(value)}\n`],
  )
  if (lines.length === 0) return ''
  return `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.toWellFormed().replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function shown(value: Exclude<Value, null>): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value)
}
