import { HEADROOM_CURVE_S, headroomView, REPORTING_LAG_S } from '../../src/forecast/headroom.ts'
import { DAYS, type Series, WINDOW_S, WINDOWS_A_DAY } from './series.ts'

// A script that asks for headroom, strictly, before each request of an afternoon of real traffic. OpenAI says ten minutes
// late what was used, and is asked every five.

const POLL_S = 300
const [FROM_WINDOW, TO_WINDOW] = [72, 120]
/** Requests of a window are put together beyond this many. */
const MOST_REQUESTS_A_WINDOW = 60

export interface Afternoon {
  /** Tokens beyond the limit. */
  paid: number
  limit: number
  /** What the endpoint said to be unreported when the last request went through. */
  stated: number
  /** Of the tokens that were left at noon, how many the script was let use. */
  used: number
  left: number
}

/** Every afternoon of a series with use, against a limit that half of it would reach. */
export function gatedAfternoons(series: Series): Afternoon[] {
  return Array.from({ length: DAYS }, (_, day) => series.days[day] ?? new Float64Array(WINDOWS_A_DAY + 1)).flatMap(
    running => {
      const noon = running[FROM_WINDOW] ?? 0
      const rest = (running[TO_WINDOW] ?? 0) - noon
      return rest < 1000 ? [] : [gated(running, Math.round(noon + rest / 2))]
    },
  )
}

function gated(running: Float64Array, limit: number): Afternoon {
  const events: { at: number; total: number }[] = []
  const start = FROM_WINDOW * WINDOW_S
  let total = Math.round(running[FROM_WINDOW] ?? 0)
  const noon = total
  let stated = 0
  for (let window = FROM_WINDOW; window < TO_WINDOW; window++) {
    const tokens = (running[window + 1] ?? 0) - (running[window] ?? 0)
    const requests = Math.min(MOST_REQUESTS_A_WINDOW, Math.ceil(tokens / 1000))
    for (let request = 0; request < requests; request++) {
      const now = Math.floor(window * WINDOW_S + ((request + 0.5) * WINDOW_S) / requests)
      const wanted = Math.round(tokens / requests)
      const view = ask(events, running, { now, limit, tokens: wanted, start })
      if (!view.fits) continue
      total += wanted
      events.push({ at: now, total })
      stated = view.unreported_tokens
    }
  }
  return { paid: Math.max(0, total - limit), limit, stated, used: Math.min(total, limit) - noon, left: limit - noon }
}

function ask(
  events: readonly { at: number; total: number }[],
  running: Float64Array,
  { now, limit, tokens, start }: { now: number; limit: number; tokens: number; start: number },
) {
  const asOf = Math.floor(now / POLL_S) * POLL_S
  const reported = (at: number) => reportedAt(events, running, at - REPORTING_LAG_S, start)
  const granted = reportedAt(events, running, now, start) - reported(asOf)
  const curve = []
  for (let at = Math.max(0, asOf - HEADROOM_CURVE_S); at <= asOf; at += POLL_S)
    curve.push({ timestamp: at, tokens: reported(at) })
  return headroomView({
    tier: 'mini',
    tokens,
    nowS: now,
    asOfS: asOf,
    used: reported(asOf),
    curve,
    limit,
    limitCounts: 'all',
    stale: false,
    granted: now - REPORTING_LAG_S < start ? 0 : granted,
    busiestHour: 0,
  })
}

/** Before noon as it was, after it as the script was let. */
function reportedAt(
  events: readonly { at: number; total: number }[],
  running: Float64Array,
  second: number,
  start: number,
): number {
  if (second <= start) return Math.round(running[Math.max(0, Math.floor(second / WINDOW_S))] ?? 0)
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index]
    if (event !== undefined && event.at <= second) return event.total
  }
  return Math.round(running[FROM_WINDOW] ?? 0)
}
