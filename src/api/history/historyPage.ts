import type { ModelHour } from '../../history/historyRows.ts'
import type { HistoryEntry, HistoryPage } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import type { Call } from '../call.ts'

/** One entry per hour and model, newest first, in the shape that the existing React dashboard reads. */
export async function historyPage(
  call: Call,
  { limit, offset }: { limit: number; offset: number },
): Promise<HistoryPage> {
  const { parts, total } = await askTracker(call, tracker => tracker.hourPage(limit, offset))
  const entries = await Promise.all(
    parts.map(part => (part.from === 'object' ? part.entries : call.ports.history.readHourModels(call.env.DB, part))),
  )
  return {
    data: entries.flat().map(historyEntry),
    pagination: { limit, offset, total, hasMore: offset + limit < total },
  }
}

export function historyEntry({ hour, model, tier, input_tokens, output_tokens }: ModelHour): HistoryEntry {
  return {
    id: `${hour}-${model}`,
    timestamp: new Date(hour * 1000).toISOString(),
    model,
    tier,
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    status: 200,
  }
}
