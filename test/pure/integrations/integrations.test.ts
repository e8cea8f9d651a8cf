import { readdirSync, readFileSync } from 'node:fs'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { families } from '../../../src/api/metrics/families.ts'
import { costsView, sampleFacts } from '../api/metrics/sampleFacts.ts'
import { forecast, statusView, tierUsage, usageView } from '../dashboard/usageView.ts'

// What integrations/ asks for is what the tracker answers. That Prometheus and the gate work is shown by test/e2e/integrations.ts.

const ROOT = new URL('../../../integrations/', import.meta.url).pathname
const text = (path: string) => readFileSync(ROOT + path, 'utf8')
const tags = [{ tag: '!secret', resolve: (name: string) => `secret ${name}` }]
const yaml = <T>(path: string) => parse(text(path), { customTags: tags }) as T

const ANSWERS: Record<string, object> = {
  '/api/usage': usageView({ premium: tierUsage({ forecast: forecast() }), mini: tierUsage({ forecast: forecast() }) }),
  '/api/status': statusView(),
  '/api/costs?days=1': costsView(),
}
const answerOf = (url: string) => ANSWERS[url.replace('https://usage.example.workers.dev', '')] ?? {}
const at = (answer: unknown, path: string): unknown =>
  path.split('.').reduce((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], answer)

describe('every folder', () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter(entry => entry.isDirectory())
  it.each(folders.map(({ name }) => name))('%s has a README, and the README of all names it', name => {
    expect(text(`${name}/README.md`)).toMatch(/^# /)
    expect(text('README.md')).toContain(`](${name})`)
  })
})

describe('what Prometheus is asked for', () => {
  const known = new Set(families(sampleFacts()).map(({ name }) => name))
  const files = ['prometheus/alerts.rules.yml', 'prometheus/recording.rules.yml', 'grafana/openai-usage.json']
  it.each(files)('%s knows only metrics that there are', file => {
    // Without what rules record under names of their own.
    const names = text(file).match(/(?<![\w:.-])openai_usage_[a-z_]+(?![\w:])/g) ?? []
    expect(names.length).toBeGreaterThan(2)
    expect(names.filter(name => !known.has(name))).toEqual([])
  })

  it('is described: docs/integrations.md names every metric', () => {
    const page = readFileSync(new URL('../../../docs/integrations.md', import.meta.url).pathname, 'utf8')
    const missing = [...known].filter(name => !page.includes(`\`${name.replace('openai_usage_', '')}\``))
    expect(missing).toEqual([])
  })

  it('is on the dashboard once: each panel has its own id and place', () => {
    type Place = { x: number; y: number; w: number; h: number }
    const { panels } = JSON.parse(text('grafana/openai-usage.json')) as { panels: { id: number; gridPos: Place }[] }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
  })
})

describe('Home Assistant', () => {
  type Sensor = { name: string; unique_id: string; value_template: string; availability?: string }
  const resources = yaml<{ resource: string; sensor: Sensor[]; binary_sensor?: Sensor[] }[]>(
    'home-assistant/openai-usage.yaml',
  )
  const sensors = resources.flatMap(({ resource, sensor, binary_sensor = [] }) =>
    [...sensor, ...binary_sensor].map(each => ({ ...each, answer: answerOf(resource) })),
  )

  it.each(sensors)('$name finds its value', ({ value_template, answer }) => {
    const [, path = ''] = /^\{\{ value_json\.([\w.]+)(?: \| as_datetime)? \}\}$/.exec(value_template) ?? []
    expect(['number', 'boolean']).toContain(typeof at(answer, path))
  })

  it('asks for what there is before it calls a sensor available, and names each once', () => {
    for (const { availability = '', answer } of sensors)
      for (const [, path = ''] of availability.matchAll(/value_json\.([\w.]+)/g))
        expect(at(answer, path), path).toBeDefined()
    expect(new Set(sensors.map(({ unique_id }) => unique_id)).size).toBe(sensors.length)
  })
})

describe('Homepage', () => {
  type Widget = { type: string; url: string; mappings: { field: string; label: string }[] }
  const [group] = yaml<Record<string, Record<string, { widget: Widget }>[]>[]>('homepage/services.yaml')
  const widget = Object.values(group?.OpenAI?.[0] ?? {})[0]?.widget as Widget
  it.each(widget.mappings)('finds $label', ({ field }) => {
    expect(widget.type).toBe('customapi')
    expect(at(answerOf(widget.url), field)).toEqual(expect.any(Number))
  })
})

describe('Uptime Kuma', () => {
  type Monitor = { name: string; url: string; expression?: string; expectedValue?: string }
  const monitors = yaml<Monitor[]>('uptime-kuma/monitors.yaml').filter(({ expression }) => expression !== undefined)
  it.each(monitors)(
    '$name: its expression holds while all is well, and not where it is not',
    async ({ url, expression = '', expectedValue }) => {
      const holds = async (answer: object) => String(await jsonata(expression).evaluate(answer)) === expectedValue
      expect(await holds(answerOf(url))).toBe(true)
      const full = tierUsage({ counted_percentage: 95 })
      const bad = {
        ...usageView({ premium: full, mini: full }),
        ...statusView({ deliveries: { pending: 0, parked: 1, channels: [] } }),
      }
      expect(await holds(bad)).toBe(false)
      // Nothing is known: not well.
      expect(await holds({})).toBe(false)
    },
  )
})

describe('the step of a workflow', () => {
  type Step = { shell: string; env: Record<string, string>; run: string }
  type Action = {
    inputs: Record<string, unknown>
    outputs: Record<string, unknown>
    runs: { using: string; steps: Step[] }
  }
  it('hands each input to the gate by the environment, so that none is taken for shell', () => {
    const { inputs, runs } = yaml<Action>('github-action/action.yml')
    const [step] = runs.steps
    const given = Object.values(step?.env ?? {}).map(value => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1])
    expect(given.sort()).toEqual(Object.keys(inputs).sort())
    expect([runs.using, step?.shell]).toEqual(['composite', 'bash'])
    expect(step?.run).not.toContain('${{')
  })
})
