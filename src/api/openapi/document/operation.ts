import type { AnswerName } from '../answers/answers.ts'
import { choiceParameter, type Parameter } from './parameter.ts'

/** An answer that is no problem: its body by type, or what stands in its place. */
export interface Answer {
  description: string
  /** By media type; absent: no body. */
  content?: Record<string, { schema: object; example?: unknown }>
  headers?: Record<string, string>
}

export interface Operation {
  id: string
  summary: string
  description?: string
  tag: 'Reads' | 'Acts' | 'Session' | 'Probes' | 'Other tools'
  /** Who may: the owner, or anyone. */
  isPublic?: true
  parameters?: readonly Parameter[]
  body?: { description: string; schema: object; example: unknown }
  answers: Record<number, Answer>
  /** Codes of problems by status. */
  problems: Record<number, readonly string[]>
}

/** JSON by its name in wire.ts. */
export function view(name: AnswerName, example?: unknown): Answer {
  return { description: 'Done.', content: jsonOf(ref(name), example) }
}

export function jsonOf(schema: object, example?: unknown) {
  return { 'application/json': { schema, ...(example !== undefined && { example }) } }
}

export function ref(name: AnswerName): object {
  return { $ref: `#/components/schemas/${name}` }
}

/** Of each route that asks the object. */
const TRACKER = { 500: ['internal'], 503: ['tracker_unavailable', 'storage_failed'] }
/** Of each route that lets in the owner only. */
const OWNER = { 401: ['unauthorized'], 503: ['auth_not_configured', 'access_certs_unavailable'] }
/** Of each route that acts: a foreign page's visitor is nobody's consent. */
const OWN_PAGE = { 403: ['cross_site'] }

type Problems = Operation['problems']

function together(...parts: readonly Problems[]): Problems {
  const statuses = [...new Set(parts.flatMap(part => Object.keys(part).map(Number)))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map(status => [status, [...new Set(parts.flatMap(part => part[status] ?? []))]] as const),
  )
}

type Given = Omit<Operation, 'tag' | 'answers' | 'problems'> & {
  answer: Answer
  problems?: Problems
  tag?: Operation['tag']
}

/** A read as routes.ts makes it: for the owner. */
export function read({ answer, problems = {}, tag = 'Reads', ...rest }: Given): Operation {
  const hasQuery = rest.parameters !== undefined
  const all = together(hasQuery ? { 400: ['bad_request'] } : {}, OWNER, TRACKER, problems)
  return { ...rest, tag, answers: { 200: answer }, problems: all }
}

/** A read with an `ETag`. */
export function tagged(operation: Operation): Operation {
  const [done] = [operation.answers[200]]
  const answers = {
    ...operation.answers,
    ...(done !== undefined && { 200: { ...done, headers: { ...done.headers, etag: 'For `If-None-Match`.' } } }),
    304: { description: 'Unchanged: `If-None-Match` names this answer.' },
  }
  return { ...operation, answers }
}

/** A read that is a sheet too. */
export function sheet(operation: Operation): Operation {
  const done = operation.answers[200]
  if (done === undefined) return operation
  const content = { ...done.content, 'text/csv': { schema: { type: 'string' } } }
  return {
    ...operation,
    parameters: [...(operation.parameters ?? []), ...SHEET],
    answers: { ...operation.answers, 200: { ...done, content } },
    problems: together({ 400: ['bad_request'] }, operation.problems),
  }
}

const SHEET: readonly Parameter[] = [
  choiceParameter('format', ['json', 'csv'], { fallback: 'json', description: 'CSV by RFC 4180, with a header.' }),
  choiceParameter('bom', ['0', '1'], { fallback: '0', description: '`1`: a byte order mark before CSV, for Excel.' }),
]

/** What acts, as routes.ts makes it: for the owner, from no foreign page. */
export function act({ answer, problems = {}, tag = 'Acts', ...rest }: Given): Operation {
  return { ...rest, tag, answers: { 200: answer }, problems: together(OWNER, OWN_PAGE, TRACKER, problems) }
}

/** For anyone. */
export function open({ answer, problems = {}, tag = 'Probes', ...rest }: Given): Operation {
  return { ...rest, isPublic: true, tag, answers: { 200: answer }, problems: together({ 500: ['internal'] }, problems) }
}
