import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import { LARGEST_PAGE_BYTES, LARGEST_WALK_BYTES, readUsage } from '../../../src/openai/readUsage.ts'
import { faultWords } from '../../../src/openai/upstreamFault.ts'
import { LONGEST_NAME_CHARS, parsePage } from '../../../src/openai/usagePage.ts'
import { MOST_PAGES } from '../../../src/openai/walkPages.ts'
import { Secret } from '../../../src/secret.ts'
import { nextPollAt, notBeforeOf } from '../../../src/tracker/cycle/schedule.ts'
import type { UsageGroup } from '../../../src/usage/usageGroup.ts'
import { anyBytes, anyText } from './anyBytes.ts'
import { fuzzed, fuzzTimeout } from './fuzzed.ts'
import { PAGE_CANARY, soundPage, spoiledPage } from './spoiledPage.ts'

const START = 1_801_440_000
const NOW = START * 1000 + 3_600_000
const HOUR_MS = 3_600_000

afterEach(() => vi.unstubAllGlobals())

function expectSound(group: UsageGroup): void {
  for (const count of [group.input, group.output, group.cached, group.requests]) {
    expect(Number.isSafeInteger(count) && count >= 0, String(count)).toBe(true)
  }
  for (const name of [group.model, group.serviceTier, group.project, group.apiKey, group.user]) {
    expect(name.isWellFormed() && name.length <= LONGEST_NAME_CHARS).toBe(true)
  }
}

function expectQuiet(detail: string): void {
  expect(detail.length).toBeLessThan(160)
  expect(detail).not.toContain(PAGE_CANARY)
}

function duration(work: () => unknown): number {
  const before = performance.now()
  work()
  return performance.now() - before
}

describe('parsePage', () => {
  it(
    'takes or refuses a spoiled page, and what it takes can be counted and stored',
    () => {
      fc.assert(
        fc.property(spoiledPage(START), text => {
          const parsed = parsePage(text, '1d')
          if (!parsed.ok) return expectQuiet(parsed.detail)
          for (const bucket of parsed.page.buckets) {
            if ('groups' in bucket) bucket.groups.forEach(expectSound)
            else expectQuiet(bucket.detail)
          }
          expect(parsed.page.nextPage?.length ?? 0).toBeLessThanOrEqual(4096)
        }),
        fuzzed(1500),
      )
    },
    fuzzTimeout(),
  )

  it.each([
    [
      'two million numbers for results',
      `{"data":[{"start_time":0,"results":[${'1,'.repeat(2e6)}1]}],"has_more":false}`,
    ],
    ['half a million empty buckets', `{"data":[${'{},'.repeat(5e5)}{}],"has_more":false}`],
    [
      'half a million spoiled buckets',
      `{"data":[${'{"start_time":0},'.repeat(5e5)}{"start_time":0}],"has_more":false}`,
    ],
    ['a million levels', '['.repeat(1e6) + ']'.repeat(1e6)],
    ['a million levels in a field that nobody reads', `{"x":${'['.repeat(1e6)}${']'.repeat(1e6)},"data":1}`],
    ['a name of 8 MB', `{"data":[],"has_more":true,"next_page":"${'x'.repeat(8e6)}"}`],
  ])('refuses, or calls spoiled, %s at once and in small words', (_, text) => {
    const justJson = duration(() => JSON.parse(text))
    const parsed = parsePage(text, '1d')
    const first = parsed.ok ? parsed.page.buckets[0] : parsed
    // A list of all that is wrong with such a page takes thirty times as long, and gigabytes.
    expect(duration(() => parsePage(text, '1d'))).toBeLessThan(3 * justJson + 200)
    expect(first !== undefined && 'detail' in first ? first.detail : 'taken').toMatch(
      /^[\w.]+ is (missing|not [\w<=>"]+)$/,
    )
  })

  it('says what is missing', () => {
    expect(parsePage('{}', '1d')).toEqual({ ok: false, detail: 'data is missing' })
  })
})

/** OpenAI's answers in order, the last one for ever. */
function upstreamOf(answers: readonly Answer[]): { asked: number } {
  const world = { asked: 0 }
  vi.stubGlobal('fetch', async () => {
    const answer = answers[Math.min(world.asked, answers.length - 1)]
    world.asked += 1
    if (answer === undefined || answer.body === 'throw') throw new TypeError(`fetch failed: ${PAGE_CANARY}`)
    return new Response(streamOf(answer.body, answer.breaks), answer)
  })
  return world
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: Uint8Array | 'throw'
  /** The connection breaks before the end. */
  breaks: boolean
}

function streamOf(body: Uint8Array, breaks: boolean): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(to) {
      to.enqueue(body)
      if (breaks) to.error(new TypeError(PAGE_CANARY))
      else to.close()
    },
  })
}

const bytes = (text: string) => new TextEncoder().encode(text)
const headerValue = fc.oneof(
  fc.constantFrom('Infinity', '1e308', '-1', '0', '0.001', '1e999', '999999999999', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)), maxLength: 30 }),
)
const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof(
    fc.constant(200),
    fc.constantFrom(401, 403, 429, 500, 503),
    fc.integer({ min: 200, max: 599 }).filter(status => ![204, 205, 304].includes(status)),
  ),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'retry-after', 'retry-after-ms', 'x-request-id', 'content-encoding', 'location'),
    headerValue,
  ),
  body: fc.oneof(spoiledPage(START).map(bytes), anyBytes, fc.constant('throw' as const)),
  breaks: fc.boolean(),
})

/** More than any read may take, so that its own bound is seen. */
const MOST_REQUESTS = 10 * MOST_PAGES

const upstream = () => ({
  baseUrl: 'https://api.openai.com/v1',
  adminKey: new Secret(PAGE_CANARY),
  projectIds: [],
  signal: new AbortController().signal,
  budget: new Budget(MOST_REQUESTS),
  now: () => NOW,
})
const query = { width: '1d', start: START, end: null } as const

describe('readUsage', () => {
  it(
    'ends in a reading or in a fault with words, in bounded pages, and tells nothing that was sent',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyAnswer, { minLength: 1, maxLength: 4 }), async answers => {
          const world = upstreamOf(answers)
          const read = await readUsage(upstream(), query)
          expect(world.asked).toBeLessThanOrEqual(MOST_PAGES)
          if (read.ok) {
            for (const { groups } of read.reading.buckets) groups.forEach(expectSound)
            for (const { detail } of read.reading.spoiled) expectQuiet(detail)
            return
          }
          const words = JSON.stringify([read.fault, faultWords(read.fault)])
          expect(words).not.toContain(PAGE_CANARY)
          expect(words).not.toContain(PAGE_CANARY.slice(-8))
          const notBefore = notBeforeOf(read.fault, NOW)
          expect(notBefore === 0 || (notBefore > NOW && notBefore <= NOW + HOUR_MS)).toBe(true)
          const facts = { lastAttempt: NOW, failures: 3, fault: read.fault, notBefore }
          const next = nextPollAt('*/5 * * * *', facts, NOW, 0.5)
          expect(next > NOW && next <= NOW + HOUR_MS).toBe(true)
        }),
        fuzzed(300),
      )
    },
    fuzzTimeout(),
  )

  it('does not take in more than fits into the object, however many pages each stay below their own bound', async () => {
    let page = 0
    const padding = ' '.repeat(LARGEST_PAGE_BYTES - 1000)
    let sent = 0
    vi.stubGlobal('fetch', async () => {
      const body = JSON.stringify(soundPage(START, { results: 1, next: `page_${++page}` })) + padding
      sent += body.length
      return new Response(body)
    })
    const read = await readUsage(upstream(), query)
    expect(read).toMatchObject({ ok: false, fault: { kind: 'malformed', detail: expect.stringContaining('together') } })
    expect(sent).toBeLessThanOrEqual(LARGEST_WALK_BYTES + LARGEST_PAGE_BYTES)
  })

  it('does not ask with a cursor that no URL can carry', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url)
      return Response.json(soundPage(START, { next: 'x'.repeat(5000) }))
    })
    const read = await readUsage(upstream(), query)
    expect(read).toMatchObject({ ok: false, fault: { kind: 'malformed', detail: 'next_page is not <=4096' } })
    expect(asked.length).toBe(1)
  })

  it('names a scope only as scopes are named', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async text => {
        upstreamOf([{ status: 403, headers: {}, body: bytes(`Missing scopes: ${text}`), breaks: false }])
        const read = await readUsage(upstream(), query)
        expect(read).toMatchObject({ ok: false, fault: { kind: 'refused' } })
        if (!read.ok && read.fault.kind === 'refused') {
          expect(read.fault.missingScope ?? 'api.usage.read').toMatch(/^[a-z._]{2,62}$/)
        }
      }),
      fuzzed(150),
    )
  })
})
