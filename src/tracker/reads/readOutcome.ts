import { faultWords, type UpstreamFault } from '../../openai/upstreamFault.ts'
import type { SideFault } from './sideRead.ts'

/** What a side read came to. `fault`: OpenAI's own; null where its answer could not be used. */
export type ReadOutcome =
  | { ok: true; requests: number }
  | { ok: false; error: SideFault; fault: UpstreamFault | null; requests: number }

export function fromFault({ fault, requests }: { fault: UpstreamFault; requests: number }): ReadOutcome {
  return { ok: false, error: faultWords(fault), fault, requests }
}
