import { HELP, readOptions } from './read-options.ts'
import { type Simulator, startSimulator } from './start-simulator.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options) announce(await startSimulator(options))
  else console.log(HELP)
} catch (error) {
  console.error(`simulator: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

function announce(simulator: Simulator): void {
  const { mode, replay, faults } = simulator.state()
  console.log(`OpenAI simulator (${mode}) on ${simulator.url}`)
  console.log(`  OPENAI_BASE_URL=${simulator.baseUrl}`)
  console.log(`  control: ${simulator.url}/control/state`)
  if (replay)
    console.log(`  replay: ${replay.requests.all} requests until ${new Date(replay.ends_at * 1000).toISOString()}`)
  if (replay?.note) console.log(`  ${replay.note}`)
  for (const { fault, left } of faults) console.log(`  fault: ${fault}${left === null ? '' : `, ${left} times`}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator.close().then(() => process.exit(0))
    })
  }
}
