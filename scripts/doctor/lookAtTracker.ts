import type { Problem, StatusView } from '../../src/wire.ts'
import { grouped } from '../installation/words.ts'
import { fault, type Look, ofCode } from './finding.ts'
import { statusFindings } from './statusFindings.ts'

const WITHIN_MS = 15_000

interface Answered {
  status: number
  body: unknown
}

/** Asks a running tracker how it is. `token` is asked for only where it is needed; null: nobody knows one. */
export async function lookAtTracker(url: string, token: () => Promise<string | null>): Promise<Look> {
  const health = await ask(`${url}/health`)
  if (typeof health === 'string') {
    return only(
      fault(
        `Nothing answers at ${url} (${health}).`,
        'Is this its address? npx wrangler deployments list; a new address takes some minutes to be known.',
      ),
    )
  }
  if (health.status !== 200 || (health.body as { status?: string } | null)?.status !== 'ok') {
    return only(
      fault(
        `What answers at ${url} is no usage tracker (/health answers ${health.status}).`,
        'Is this its address? If Cloudflare Access stands before it, look at its status from the page.',
      ),
    )
  }
  const open = await ask(`${url}/api/status`)
  const held = isRefused(open) ? await token() : null
  const answer = held === null ? open : await ask(`${url}/api/status`, held)
  if (typeof answer === 'string')
    return only(
      fault(`The tracker at ${url} does not answer (${answer}).`, 'Try again in a minute, then npm run tail.'),
    )
  if (answer.status === 401 && held === null) {
    return only(ofCode('unauthorized', 'The tracker wants its API_TOKEN, and none is in the environment.', null))
  }
  if (answer.status !== 200) {
    const { code = 'tracker_unavailable', detail = `The tracker answers ${answer.status}.` } = (answer.body ??
      {}) as Partial<Problem>
    return only(ofCode(code, detail, null))
  }
  const status = answer.body as StatusView
  const since = status.last_success === null ? 'never' : new Date(status.last_success * 1000).toISOString()
  return {
    findings: statusFindings(status, Date.now()),
    well: [
      `The tracker ${status.version} at ${url} is ${status.state}; last read of ${status.upstream}${status.simulated ? ' (SIMULATED)' : ''}: ${since}.`,
      `Limits: premium ${grouped(status.limits.premium)}, mini ${grouped(status.limits.mini)} tokens a day; polls at ${status.poll_cron} (UTC).`,
      ...status.deliveries.channels.map(({ channel, state }) => `Receiver ${channel}: ${state}.`),
    ],
  }
}

function only(finding: Look['findings'][number]): Look {
  return { findings: [finding], well: [] }
}

function isRefused(answer: Answered | string): boolean {
  return typeof answer !== 'string' && answer.status === 401
}

/** Text: why there is no answer. */
async function ask(url: string, token?: string): Promise<Answered | string> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(WITHIN_MS),
    })
    const text = await answer.text()
    return { status: answer.status, body: isJson(text) ? JSON.parse(text) : null }
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string }; name: string }
    return cause?.code ?? name
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
