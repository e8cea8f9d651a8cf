import type { Call } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { refusalFor } from '../refusalFor.ts'
import { Reply } from '../reply.ts'
import { shown } from '../shown.ts'
import type { Tool } from './tools.ts'

/** A read of routes.ts without the question who asks: that has been answered. */
export type Read = (call: Call) => object | undefined | Promise<object | undefined>

export interface ToolResult {
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: true
  [key: string]: unknown
}

/**
 * Asks the tool's route as its own clients do, with the arguments as its query: so parameters are checked in one place, and the
 * numbers are the same. What the route refuses comes back as the tool's error, which assistants read, unlike one of the protocol.
 */
export async function callTool(tool: Tool, given: Record<string, unknown>, { call, read }: Way): Promise<ToolResult> {
  const unknown = Object.keys(given).find(name => !(name in tool.inputSchema.properties))
  if (unknown !== undefined) return refused(unknownArgument(tool, unknown))
  const url = new URL(tool.path, call.request.url)
  for (const [name, value] of Object.entries(given)) url.searchParams.set(name, textOf(value))
  const asked: Call = { ...call, request: new Request(url), url }
  try {
    const answer = await read(asked)
    if (answer instanceof Refusal) return refused(answer.detail)
    const text = answer instanceof Reply ? (answer.text ?? '') : JSON.stringify(answer)
    return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) as Record<string, unknown> }
  } catch (error) {
    return refused(refusalFor(error, asked).detail)
  }
}

interface Way {
  call: Call
  read: Read
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function refused(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true }
}

function unknownArgument({ name, inputSchema }: Tool, argument: string): string {
  const taken = Object.keys(inputSchema.properties)
  const takes = taken.length === 0 ? 'takes none' : `takes ${taken.join(', ')}`
  return `${shown(argument)} is no argument of ${name}, which ${takes}.`
}
