import { faultWords } from '../../openai/upstreamFault.ts'
import type { Desk } from '../desk.ts'
import type { CycleResult, Trigger } from './pollCycle.ts'

/** One line for a poll: what it came to and what it cost. */
export function logPoll(desk: Desk, trigger: Trigger, since: { ms: number; rows: number }, result: CycleResult): void {
  const { ports } = desk
  ports.log({
    event: 'poll',
    level: result.ok ? 'info' : 'warn',
    trigger,
    outcome: result.ok ? 'ok' : faultWords(result.fault).code,
    duration_ms: ports.now() - since.ms,
    upstream_requests: result.requests,
    rows_written: ports.sql.rowsWritten() - since.rows,
    ...(result.ok && {
      premium_tokens: result.settlement.snapshot.premium_tokens,
      mini_tokens: result.settlement.snapshot.mini_tokens,
      alerts_triggered: result.crossed,
    }),
    ...(!result.ok && { error: faultWords(result.fault).message, failures: desk.memory.state.failures }),
  })
}

/** Each set of problems and hints once, not at every wake. */
export function logProblems(desk: Desk): void {
  const { config, memory, ports } = desk
  const said = [...config.problems, ...config.hints]
  const problems = JSON.stringify(said)
  if (problems === (memory.state.problemsLogged ?? '[]')) return
  for (const { name, message } of said) ports.log({ event: 'config', level: 'warn', name, message })
  desk.note({ problemsLogged: problems })
}
