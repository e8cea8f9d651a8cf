// What `GET /api/headroom?strict=1` has let pass: it is used, or will be at once, and stands in no report of OpenAI's yet. Pure.

/** Of one tier: tokens let pass in a stretch of ten seconds, by its start (Unix seconds), ascending. */
export type Grants = readonly (readonly [atS: number, tokens: number])[]

const STRETCH_S = 10
/** Longer than any reading and its lag are apart; also the bound of what is kept. */
const KEPT_S = 2 * 3600

export function withGrant(grants: Grants, nowS: number, tokens: number): Grants {
  const at = Math.floor(nowS / STRETCH_S) * STRETCH_S
  // A clock that jumped back must not keep a grant for ever.
  const kept = grants.filter(([start]) => start > nowS - KEPT_S && start <= at)
  const last = kept.at(-1)
  if (last?.[0] !== at) return [...kept, [at, tokens]]
  return [...kept.slice(0, -1), [at, last[1] + tokens]]
}

/** Let pass since an instant. A stretch that it lies in counts whole. */
export function grantedSince(grants: Grants, sinceS: number, nowS: number): number {
  let tokens = 0
  for (const [at, granted] of grants) if (at + STRETCH_S > sinceS && at <= nowS) tokens += granted
  return tokens
}
