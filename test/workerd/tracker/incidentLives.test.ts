import { afterEach, expect, it } from 'vitest'
import { seededRandom } from '../../e2e/harness/seededRandom.ts'
import { fuzzTimeout, isLongRun } from '../../pure/fuzz/fuzzed.ts'
import { DAY, MIDNIGHT, type Sent, World } from './world.ts'

afterEach(World.end)

const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue?routing_key=R0k3xVt9LmK2wRdq7Zp3xVt9LmK2wRdq'
const DAYS = 2
const HOUR = 3600

type Mood = 'well' | 'sick' | 'busy' | 'lost' | 'taken and lost'
const MOODS: Mood[] = ['well', 'well', 'sick', 'busy', 'lost', 'taken and lost']

interface Event {
  event_action: 'trigger' | 'resolve'
  dedup_key: string
  /** Its timestamp: when it was fired; not in a plain body. */
  payload?: { timestamp?: string }
}

/** PagerDuty as it is documented: a trigger opens its key, a resolve closes it, and one of a key that is not open is ignored. */
class Pager {
  mood: Mood = 'well'
  readonly open = new Set<string>()
  readonly asked: (Event & { at: number })[] = []
  readonly broken: string[] = []

  answer(sent: Sent, at: number): Response {
    const event = JSON.parse(sent.body) as Event
    const { event_action, dedup_key } = event
    const isTaken = this.mood === 'well' || this.mood === 'taken and lost'
    if (event_action === 'resolve' && !this.asked.some(each => each.dedup_key === dedup_key))
      this.broken.push(`${dedup_key} is ended, but never began`)
    this.asked.push({ ...event, at })
    if (isTaken && event_action === 'trigger') this.open.add(dedup_key)
    if (isTaken && event_action === 'resolve') this.open.delete(dedup_key)
    if (this.mood.endsWith('lost')) throw new TypeError('Network connection lost.')
    return new Response(null, { status: { well: 202, sick: 503, busy: 429 }[this.mood as 'well'] })
  }
}

/** The last of them is blind twice, and the receiver hears of the first end only then. */
const SEEDS = isLongRun() ? Array.from({ length: 30 }, (_, seed) => seed + 1) : [14, 8]

it.each(SEEDS)(
  'whatever befalls tracker and receiver, no incident stays open, and none begins after its end (seed %i)',
  async seed => {
    const random = seededRandom(seed)
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
    const vars = {
      AUTH_MODE: 'open',
      ALERT_WEBHOOK_URL: PAGERDUTY,
      ALERT_THRESHOLD: '30,60,90',
      POLL_CRON: '*/30 * * * *',
    }
    const world = await World.make({ vars, start: 20 * HOUR })
    const pager = new Pager()
    world.receiver = sent => pager.answer(sent, world.now)
    await world.catchUp()
    while (world.now < MIDNIGHT + DAYS * DAY) {
      pager.mood = pick(MOODS)
      if (random() < 0.4) world.use({ at: world.now, input: Math.floor(random() * 400_000) })
      if (random() < 0.1) world.use({ at: world.now - 9 * HOUR, input: 350_000 })
      world.upstream = random() < 0.15 ? () => new Response(null, { status: 503 }) : () => null
      const left = DAY - ((world.now - MIDNIGHT) % DAY)
      // Close to a reset time passes in small steps.
      const step = left < HOUR || left > DAY - HOUR ? 120 + random() * 600 : HOUR + random() * 4 * HOUR
      await world.run(world.now + Math.min(Math.ceil(step), left < HOUR ? HOUR : left - HOUR + 60))
      if (random() < 0.25) await world.crash()
      else if (random() < 0.2) await world.evict()
    }
    pager.mood = 'well'
    world.upstream = () => null
    await world.watch()
    await world.run(world.now + 25 * HOUR)
    expect([...pager.open]).toEqual([])
    expect(pager.broken).toEqual([])
    expect(pager.asked.some(({ event_action }) => event_action === 'resolve')).toBe(true)
    for (const [key, events] of Map.groupBy(pager.asked, ({ dedup_key }) => dedup_key)) {
      const ends = Date.parse(/(\d{4}-\d\d-\d\d)$/.exec(key)?.[1] ?? '') / 1000 + DAY
      if (Number.isNaN(ends)) continue
      const resolved = events.findIndex(({ event_action }) => event_action === 'resolve')
      const after =
        resolved === -1 ? [] : events.slice(resolved).filter(({ event_action }) => event_action === 'trigger')
      // A day that is over begins anew only where late figures fire again.
      for (const { payload } of after)
        if (payload?.timestamp !== undefined)
          expect(Date.parse(payload.timestamp) / 1000, `${key} begins after its end`).toBeGreaterThanOrEqual(ends)
    }
    expect((await world.status()).deliveries).toMatchObject({ pending: 0 })
  },
  fuzzTimeout(),
)
