import type { ModelHour } from '../../history/historyRows.ts'
import type { HistoryEntry, HistoryPage } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import type { Call } from '../call.ts'
import { locatePage } from './locatePage.ts'

/** One entry per hour and model, newest first, in the shape that the existing React dashboard reads. */
export async function historyPage(
  call: Call,
  { limit, offset }: { limit: number; offset: number },
): Promise<HistoryPage> {
  const open = await askTracker(call, tracker => tracker.openHistory(0))
  const own = open.hours.filter(entry => entry.hour >= open.d1Before && isUsed(entry)).sort(newestFirst)
  const page = locatePage({ limit, offset }, { ...open, ownEntries: own.length })
  const stored = page.stored === null ? [] : await call.ports.history.readHourModels(call.env.DB, page.stored)
  const data = [...own.slice(page.own.from, page.own.to), ...stored].map(historyEntry)
  return { data, pagination: { limit, offset, total: page.total, hasMore: offset + limit < page.total } }
}

/** D1's list leaves out hours whose tokens OpenAI took back; so does the object's part of it. */
function isUsed({ input_tokens, output_tokens }: ModelHour): boolean {
  return input_tokens + output_tokens > 0
}

function newestFirst(a: ModelHour, b: ModelHour): number {
  return b.hour - a.hour || (a.model < b.model ? -1 : a.model > b.model ? 1 : 0)
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
