import { describe, expect, it } from 'vitest'
import { readConfig, type Vars } from '../../../src/config/readConfig.ts'
import { type TrafficFacts, trafficHints } from '../../../src/config/trafficHints.ts'

const VARS: Vars = {
  MODEL_TIERS: '{"gpt-4o":"mini","my-model":"premium","sk-canary":"mini"}',
  OPENAI_PROJECT_IDS: 'proj_a',
}
const facts = (partial: Partial<TrafficFacts>): TrafficFacts => ({
  modelsSeen: ['gpt-4o-2024-08-06', 'o3'],
  seenSinceDays: 7,
  filteredToNothing: false,
  matches: (entry, model) => model.startsWith(entry),
  ...partial,
})
const MODELS = ['"my-model"', '"[redacted]"'].map(entry => ({
  name: 'MODEL_TIERS',
  message: `MODEL_TIERS has ${entry}, which matched no model that was used in the last 7 days.`,
}))
const PROJECTS = {
  name: 'OPENAI_PROJECT_IDS',
  message: 'OPENAI_PROJECT_IDS matched no usage, while the organisation has some in other projects; are these its ids?',
}

describe('trafficHints', () => {
  it.each<[string, Vars, Partial<TrafficFacts>, unknown[]]>([
    ['the entries that matched nothing in seven days', VARS, {}, MODELS],
    ['nothing before seven days were seen', VARS, { seenSinceDays: 6.9 }, []],
    ['nothing of a week without traffic', VARS, { modelsSeen: [] }, []],
    ['a filter that left nothing', VARS, { seenSinceDays: 0, filteredToNothing: true }, [PROJECTS]],
    ['no filter where there is none', {}, { filteredToNothing: true }, []],
    ['nothing where nothing is set', {}, {}, []],
  ])('names %s', (_what, vars, partial, hints) => {
    expect(trafficHints(readConfig(vars), facts(partial))).toEqual(hints)
  })

  it('lists twenty and counts the rest', () => {
    const entries = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`model-${index}`, 'mini']))
    const hints = trafficHints(readConfig({ MODEL_TIERS: JSON.stringify(entries) }), facts({}))
    expect(hints.length).toBe(21)
    expect(hints.at(-1)).toEqual({ name: 'MODEL_TIERS', message: '10 more hints are not listed.' })
  })
})
