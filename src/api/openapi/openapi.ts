import { Reply } from '../reply.ts'

let text: string | undefined

/** The finished document. It is public: it says how to ask, and nothing of what is answered. */
export async function openapi(): Promise<Reply> {
  text ??= JSON.stringify((await import('./openapi.json')).default)
  return new Reply(text)
}
