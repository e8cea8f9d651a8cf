// node test/sim/closeTrace.ts TRACE.csv[.gz]: the trace as one day's traffic through the simulator's HTTP API, read by the
// tracker itself (in-memory storage) on a clock that goes on for three days; prints the final daily summary beside the ledger.
import { startSimulator } from '../../simulator/start-simulator.ts'
import { readConfig } from '../../src/config/readConfig.ts'
import type { SummaryRow } from '../../src/history/historyRows.ts'
import { readPolicy, writePolicy } from '../../src/openai/modelPermissions.ts'
import { readCosts } from '../../src/openai/readCosts.ts'
import { readKeys, readProjects, readUsers } from '../../src/openai/readNames.ts'
import { readUsage } from '../../src/openai/readUsage.ts'
import { Tracker } from '../../src/tracker/tracker.ts'
import { plainSql } from '../pure/tracker/plainSql.ts'

const file = process.argv[2]
if (file === undefined) throw new Error('usage: node test/sim/closeTrace.ts TRACE.csv[.gz]')
const START = Date.parse('2026-11-23T20:00:00Z')
let clock = START
const simulator = await startSimulator({
  now: () => clock,
  trace: {
    source: file,
    speed: 'instant',
    models: [
      { name: 'gpt-4o-2024-08-06', weight: 1 },
      { name: 'gpt-4o-mini', weight: 1 },
    ],
  },
})
const config = readConfig({ OPENAI_ADMIN_KEY: 'sk-admin-trace', OPENAI_BASE_URL: simulator.baseUrl, AUTH_MODE: 'open' })
const summaries = new Map<string, SummaryRow>()
const tracker = new Tracker(
  {
    sql: plainSql(),
    now: () => clock,
    random: () => 0.5,
    config: () => config,
    readUsage,
    readCosts,
    readProjects,
    readUsers,
    readKeys,
    readPolicy,
    writePolicy,
    writeHistory: async entries => {
      for (const row of entries.flatMap(({ rows }) => rows.summaries ?? []))
        summaries.set(`${row.date} ${row.tier}`, row)
      return { rowsWritten: 0, rowsRead: 0, statements: 0 }
    },
    sendWebhook: async () => ({ outcome: 'delivered', status: 200 }),
    sendHeartbeat: async () => ({ ok: true, status: 200 }),
    broadcast: () => {},
    connections: () => 0,
    log: () => {},
  },
  () => {},
)
for (; clock < START + 54 * 3600_000; clock += 1_800_000) {
  for (let wake = 0; wake < 4; wake++) await tracker.wake()
}
await simulator.close()

const day = ['premium', 'mini'].map(tier => summaries.get(`2026-11-23 ${tier}`))
const sum = (field: 'input_tokens' | 'output_tokens') => day.reduce((total, row) => total + (row?.[field] ?? 0), 0)
const ledger = simulator.totals('2026-11-23').total
const final = day.every(row => row?.final === 1)
console.log(`final: ${final}; input ${sum('input_tokens')}, output ${sum('output_tokens')}; ledger`, ledger)
const good = final && sum('input_tokens') === ledger.input_tokens && sum('output_tokens') === ledger.output_tokens
console.log(good ? '1 passed, 0 failed' : '0 passed, 1 failed')
process.exitCode = good ? 0 : 1
