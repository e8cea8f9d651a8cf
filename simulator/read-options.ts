import { parseArgs } from 'node:util'
import { scopeNamed } from './control/read-changes.ts'
import type { FaultOrder } from './faults/fault.ts'
import { faultNamed } from './faults/fault-catalogue.ts'
import type { SimulatorOptions } from './start-simulator.ts'
import type { Weighted } from './trace/replay.ts'

const OPTIONS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  scale: { type: 'string' },
  empty: { type: 'boolean' },
  trace: { type: 'string' },
  speed: { type: 'string' },
  lag: { type: 'string' },
  model: { type: 'string', multiple: true },
  project: { type: 'string', multiple: true },
  free: { type: 'boolean' },
  'admin-key': { type: 'string' },
  scope: { type: 'string', multiple: true },
  'cost-lag': { type: 'string' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const

export const HELP = `OpenAI organisation Usage API simulator

  node simulator/cli.ts [options]

  --port N            port on 127.0.0.1 (9099; 0 takes any free one)
  --seed N            a generated organisation with 30 days of history (the default, seed 1)
  --scale N           so many times its ordinary traffic (1)
  --empty             no traffic but what is posted to /control/add
  --trace FILE        replay a CSV trace, plain or gzipped, as today's traffic
  --speed N|instant   so many times faster than recorded (60)
  --lag SECONDS       until a replayed request shows up (0)
  --model NAME[:W]    model of the replayed requests (gpt-4o-2024-08-06); repeat to share them out by weight W
  --project ID[:W]    project of the replayed requests, likewise
  --free              the replayed requests use complimentary tokens first
  --admin-key KEY     only this key may read (any that begins with sk-admin-)
  --scope NAME        the key has this scope and no others (all); may be repeated
  --cost-lag HOURS    from usage that shows to its costs (4)
  --fault NAME[:N]    misbehave: on the next N requests, or until told otherwise; may be repeated
  --help              this text

Look inside and change it while it runs: GET /control/state, /control/ledger, /control/costs, /control/directory,
/control/faults, /control/requests, POST /control/add, /control/directory, /control/fault, PUT /control/scopes. See simulator/README.md.`

/** Null asks for the help text. A bad option throws with its name, its value and what would do. */
export function readOptions(argv: readonly string[]): SimulatorOptions | null {
  const { values } = parseArgs({ args: [...argv], options: OPTIONS })
  if (values.help) return null
  const modes = [values.trace && '--trace', values.empty && '--empty', values.seed && '--seed'].filter(Boolean)
  if (modes.length > 1) throw new Error(`${modes.join(' and ')} exclude each other.`)
  const ofTrace = (['speed', 'lag', 'model', 'project', 'free'] as const).find(name => values[name] !== undefined)
  if (ofTrace && !values.trace) throw new Error(`--${ofTrace} needs --trace.`)
  return {
    port: wholeNumber('--port', values.port ?? '9099', 0, 65_535),
    faults: (values.fault ?? []).map(readFault),
    ...(values.empty && { empty: true }),
    ...(values.seed !== undefined && { seed: wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER) }),
    ...(values.scale !== undefined && { scale: positive('--scale', values.scale) }),
    ...(values['admin-key'] !== undefined && { adminKey: values['admin-key'] }),
    ...(values.scope && { scopes: values.scope.map(scopeNamed) }),
    ...(values['cost-lag'] !== undefined && { costLagHours: wholeNumber('--cost-lag', values['cost-lag'], 0, 72) }),
    ...(values.trace !== undefined && {
      trace: {
        source: values.trace,
        ...(values.speed !== undefined && {
          speed: readSpeed(values.speed),
        }),
        ...(values.lag !== undefined && { lag: wholeNumber('--lag', values.lag, 0, 86_400) }),
        ...(values.model && { models: values.model.map(text => readWeighted('--model', text)) }),
        ...(values.project && { projects: values.project.map(text => readWeighted('--project', text)) }),
        ...(values.free && { free: true }),
      },
    }),
  }
}

function readFault(text: string): FaultOrder {
  const [, fault = text, count] = /^(.+?)(?::(\d+))?$/.exec(text) ?? []
  faultNamed(fault)
  return count === undefined ? { fault } : { fault, count: Number(count) }
}

/** `gpt-4o-mini-2024-07-18:3`; the weight is 1 unless said. Fine-tuned names have colons, so only a last number counts. */
function readWeighted(option: string, text: string): Weighted {
  const [, name = text, weight = '1'] = /^(.+?)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? []
  return { name, weight: positive(option, weight) }
}

function readSpeed(text: string): number | 'instant' {
  return text === 'instant' ? text : positive('--speed', text, 'a number above 0 or instant')
}

function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return value
  throw new Error(`${option}: expected a whole number from ${low} to ${high}, got '${text}'.`)
}

function positive(option: string, text: string, wanted = 'a number above 0'): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new Error(`${option}: expected ${wanted}, got '${text}'.`)
}
