import { startOf } from '../../usage/utcDay.ts'
import type { Tier, UsageView } from '../../wire.ts'
import { askTracker } from '../askTracker.ts'
import type { Call } from '../call.ts'
import { notFound, type Refusal } from '../refusal.ts'
import { Reply } from '../reply.ts'
import type { BadgeFace } from './badgeNow.ts'

// Percentages for everybody, where BADGE says so; where it does not, nobody can tell that there is such an address.

/** However many look at a page with a badge in it, an isolate asks the object once a minute. */
const FRESH_MS = 60_000
/** The shortest that Shields keeps a badge (https://shields.io/badges/endpoint-badge). */
const SHIELDS_CACHE_SECONDS = 300
const HEADERS = {
  'cache-control': `public, max-age=${FRESH_MS / 1000}`,
  // To be shown on other people's pages is what it is for.
  'cross-origin-resource-policy': 'cross-origin',
}

export const badgeSvg = (tier: Tier) => (call: Call) =>
  shown(call, tier, async face => {
    const { badgeSvgText } = await import('./badgeSvgText.ts')
    return new Reply(badgeSvgText(face), { headers: { ...HEADERS, 'content-type': 'image/svg+xml; charset=utf-8' } })
  })

/** Shields refuses keys that it does not know. */
export const badgeJson = (tier: Tier) => (call: Call) =>
  shown(call, tier, async ({ label, message, color, isError }) =>
    Reply.json(
      {
        schemaVersion: 1,
        label,
        message,
        color: color.slice(1),
        ...(isError && { isError }),
        cacheSeconds: SHIELDS_CACHE_SECONDS,
      },
      { headers: HEADERS },
    ),
  )

async function shown(call: Call, tier: Tier, reply: (face: BadgeFace) => Promise<Reply>): Promise<Reply | Refusal> {
  return call.config.badge === 'public' ? reply((await facesNow(call))[tier]) : notFound()
}

async function facesNow(call: Call): Promise<Record<Tier, BadgeFace>> {
  const { isolate, now } = call
  const held = isolate.badge
  if (held !== null && now >= held.at && now - held.at < FRESH_MS) return held.faces
  const faces = await readFaces(call)
  isolate.badge = { at: now, faces }
  return faces
}

/** A picture that is broken says less than one that says that nothing is known. */
async function readFaces(call: Call): Promise<Record<Tier, BadgeFace>> {
  const { badgeFace, unknownFace } = await import('./badgeNow.ts')
  try {
    const usage = JSON.parse(await askTracker(call, tracker => tracker.usageText())) as UsageView
    const dayStart = startOf(usage.date)
    return { premium: badgeFace(usage, 'premium', dayStart), mini: badgeFace(usage, 'mini', dayStart) }
  } catch {
    return { premium: unknownFace('premium'), mini: unknownFace('mini') }
  }
}
