import type { AnswerName } from '../answers/answers.ts'
import type { Parameter } from './parameter.ts'

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

/** What acts, as routes.ts makes it: for the owner, from no foreign page. */
export function act({ answer, problems = {}, tag = 'Acts', ...rest }: Given): Operation {
  return { ...rest, tag, answers: { 200: answer }, problems: together(OWNER, OWN_PAGE, TRACKER, problems) }
}

/** For anyone. */
export function open({ answer, problems = {}, tag = 'Probes', ...rest }: Given): Operation {
  return { ...rest, isPublic: true, tag, answers: { 200: answer }, problems: together({ 500: ['internal'] }, problems) }
}
