import type { Answer } from '../api/answer.ts'
import type { View } from '../api/completions.ts'
import type { ApiRequest } from '../api/serve-api.ts'
import type { UsagePage } from './fault.ts'
import type { Armed } from './fault-switch.ts'

/** Applies a fault to the answer that `serve` would give. Refused requests keep their refusal. */
export function spoilAnswer(
  request: ApiRequest,
  armed: Armed | undefined,
  now: number,
  serve: (view: View) => Answer,
): Answer {
  const honest: View = { now, at: now, scale: 1 }
  if (!armed || armed.fault.kind === 'wire' || armed.fault.kind === 'write') return serve(honest)
  const { fault, order } = armed
  const asked = { url: request.url, now, date: order.date }
  if (fault.kind === 'instead') return fault.answer(order, asked) ?? serve(honest)
  if (fault.kind === 'view') return bent(fault.bend, honest, serve)
  const answer = serve(honest)
  if (answer.status !== 200) return answer
  if (fault.kind === 'page') return { ...answer, body: JSON.stringify(fault.spoil(JSON.parse(answer.body), asked)) }
  const body = fault.paths === undefined ? withSomeRow(answer.body) : answer.body
  return { ...answer, body: fault.spoil(body) }
}

type Bend = Extract<Armed['fault'], { kind: 'view' }>['bend']

function bent(bend: Bend, { now, at }: View, serve: (view: View) => Answer): Answer {
  const clock = now + (bend.clockAheadSeconds ?? 0)
  const answer = serve({ now: clock, at: at - (bend.knowledgeAgeSeconds ?? 0), scale: bend.scale ?? 1 })
  if (bend.clockAheadSeconds === undefined) return answer
  return { ...answer, headers: { ...answer.headers, date: new Date(clock * 1000).toUTCString() } }
}

/** A fault in a number needs a number: a page without any gets one row. */
function withSomeRow(body: string): string {
  const page: UsagePage = JSON.parse(body)
  const bucket = page.data.at(-1)
  if (!bucket || page.data.some(({ results }) => results.length > 0)) return body
  const numbers = { input_tokens: 0, output_tokens: 0, num_model_requests: 0 }
  const row = { object: 'organization.usage.completions.result', ...numbers, model: null }
  return JSON.stringify({ ...page, data: [...page.data.slice(0, -1), { ...bucket, results: [row] }] })
}
