import { parseArgs } from 'node:util'
import { startSimulator } from './start-simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9099' },
    seed: { type: 'string' },
    empty: { type: 'boolean', default: false },
    'admin-key': { type: 'string' },
  },
})
const simulator = await startSimulator({
  port: Number(values.port),
  empty: values.empty,
  ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  ...(values['admin-key'] === undefined ? {} : { adminKey: values['admin-key'] }),
})
console.log(`OpenAI simulator on ${simulator.url} (OPENAI_BASE_URL=${simulator.baseUrl})`)
