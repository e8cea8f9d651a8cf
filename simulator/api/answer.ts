/** What a route gives back; the sender adds the headers that every answer has. */
export type Answer = { status: number; headers: Record<string, string>; body: string }

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

export type ErrorBody = { message: string; type: string; param: string | null; code: string | null }

/** OpenAI's error envelope: all four members are always there (schema `Error`). */
export function errorAnswer(status: number, error: Partial<ErrorBody> & { message: string }): Answer {
  return jsonAnswer(status, { error: { type: 'invalid_request_error', param: null, code: null, ...error } })
}

/** Thrown where a request is read, answered once where it is served. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(answer.body)
    this.answer = answer
  }
}

export function refuse(param: string, code: string, message: string): never {
  throw new Refusal(errorAnswer(400, { message, param, code }))
}
