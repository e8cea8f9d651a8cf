import type { JSONValue } from '@modelcontextprotocol/server'
import document from '../openapi/openapi.json'

/** What is read of the document; as a type, all of it is too much for the compiler to compare. */
interface Described {
  paths: Record<string, { get?: Operation }>
  components: { schemas: Record<string, JsonObject> }
}

interface Operation {
  summary: string
  parameters?: { name: string; description: string; schema: JsonObject }[]
}

type JsonObject = Record<string, JSONValue>

const { paths, components } = document as unknown as Described

/** A read under the name that assistants call it by. */
export interface Tool {
  name: string
  path: string
  title: string
  description: string
  inputSchema: ObjectSchema
  outputSchema: ObjectSchema
  annotations: { readOnlyHint: true; destructiveHint: false; idempotentHint: true; openWorldHint: false }
}

export interface ObjectSchema {
  type: 'object'
  properties: JsonObject
  [keyword: string]: JSONValue
}

interface Way {
  path: string
  /** Its answer's type in wire.ts. */
  view: string
  /** Parameters that are of no use to an assistant, or do more than read. */
  without?: readonly string[]
  hint: string
}

const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const
/** Another form of the same numbers, for other programs. */
const FORMS = ['format', 'bom']

const WAYS: Record<string, Way> = {
  get_usage: {
    path: '/api/usage',
    view: 'UsageView',
    hint: 'Today in UTC. The premium and the mini tier have a daily limit of free tokens each. `last_updated` is when OpenAI was last asked; `stale` is true where the numbers are old.',
  },
  get_headroom: {
    path: '/api/headroom',
    view: 'HeadroomView',
    // It takes what fits as used.
    without: ['strict'],
    hint: 'Ask before a large job: give `tier` or `model`, and `tokens` as what it will use. `fits` answers; `usable` is what is left.',
  },
  get_forecast: {
    path: '/api/forecast',
    view: 'ForecastView',
    hint: 'Expected tokens at the reset (00:00 UTC) with a range, the chance of reaching the limit, and about when. Null before the first reading.',
  },
  get_breakdown: {
    path: '/api/breakdown',
    view: 'BreakdownView',
    hint: 'Largest first, with shares. Today where no date is given.',
  },
  get_costs: {
    path: '/api/costs',
    view: 'CostsView',
    hint: 'US dollars, the month so far with its projection, and the budget where one is set.',
  },
  get_history: {
    path: '/api/history',
    view: 'HistoryView',
    // With these the answer is of another shape.
    without: ['limit', 'offset'],
    hint: 'Ask for `interval=day` or `interval=hour` unless every reading matters: `raw`, the default, is some 300 points a day.',
  },
  list_alerts: {
    path: '/api/alerts',
    view: 'AlertsView',
    hint: 'What was told to whom: limits that were crossed, and with `kinds` also billing that began, spikes, budgets and more.',
  },
}

/** The tools, made from the routes that they ask: same parameters, same answers. */
export const TOOLS: readonly Tool[] = Object.entries(WAYS).map(([name, { path, view, without = [], hint }]) => {
  const { summary, parameters = [] } = paths[path]?.get ?? missing(path)
  const taken = parameters.filter(parameter => ![...FORMS, ...without].includes(parameter.name))
  return {
    name,
    path,
    title: summary,
    description: `${summary}. ${hint}`,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(
        taken.map(({ name: of, description, schema }) => [of, { ...schema, description }]),
      ),
      additionalProperties: false,
    },
    outputSchema: standingAlone(view),
    annotations: READ_ONLY,
  }
})

/** A schema of the document with all that it refers to, as clients need it. */
function standingAlone(view: string): ObjectSchema {
  const definitions: JsonObject = {}
  const schema = components.schemas[view] ?? missing(view)
  collect(schema, definitions)
  return { ...(moved(schema) as ObjectSchema), $defs: definitions }
}

function collect(schema: JsonObject, definitions: JsonObject): void {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (name in definitions) continue
    const found = components.schemas[name] ?? missing(name)
    definitions[name] = moved(found)
    collect(found, definitions)
  }
}

function moved(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"#/$defs/')) as JsonObject
}

function missing(what: string): never {
  throw new Error(`the document has no ${what}`)
}
