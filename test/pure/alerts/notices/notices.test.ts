import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertKindOf } from '../../../../src/alerts/alertKindOf.ts'
import type { NoticeMessage } from '../../../../src/alerts/notices/notices.ts'
import { messageText, wordsOf } from '../../../../src/alerts/wordsOf.ts'
import { eventType, messageFields } from '../../../../src/receivers/messageFields.ts'
import { ALERT_KINDS } from '../../../../src/wire.ts'
import { sampleNotices } from '../sampleNotices.ts'

const once = { possibleRepeat: false }
const samples = (foreign?: string): NoticeMessage[] => Object.values(sampleNotices(foreign))
/** The types of the contract. */
const TYPES = {
  pace: 'usage.pace.exceeds',
  billed: 'usage.billed.started',
  free_stopped: 'usage.free.stopped',
  spike: 'usage.spike',
  budget: 'costs.budget.crossed',
  new_model: 'usage.model.unclassified',
  brake: 'brake.set',
  leftover: 'usage.leftover',
  digest: 'usage.digest',
}

describe('each kind of notice', () => {
  it('is one of ALERTS, with the type of the contract', () => {
    expect(samples().map(message => [alertKindOf(message), eventType(message)])).toEqual(Object.entries(TYPES))
    expect(ALERT_KINDS.filter(kind => !(kind in TYPES))).toEqual(['threshold', 'watch'])
  })

  it.each(samples().map(message => [message.kind, message] as const))(
    'says why it comes and what can be done, its date and its figures: %s',
    (kind, message) => {
      const { headline, facts, notes, sentences } = wordsOf(message, once)
      expect(headline).toContain('OpenAI')
      expect(sentences.length).toBeGreaterThan(0)
      expect(facts.length).toBeGreaterThan(0)
      expect(notes.join(' ')).toMatch(kind === 'digest' ? /DIGEST_CRON asks/ : /Why now: .*What to do: /s)
      expect(messageFields(message)).toMatchObject({ kind, date: '2024-12-19' })
      // An id of Standard Webhooks has no dots.
      expect(message.id).toMatch(/^[a-z0-9_-]+$/)
    },
  )

  it('shows names as text on one line, whatever they are', () => {
    for (const message of samples('a\nb\u202ec\u200b')) {
      expect(messageText(message, once)).not.toMatch(/[\u202e\u200b]|a\nb/)
      expect(JSON.stringify(messageFields(message))).not.toMatch(/\u202e|\u200b|\\n/)
    }
  })

  it('has no empty fact, whatever a name hides', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('', ' ', '\u200b', '\u202e\u3164', '__proto__', 'x'.repeat(5000)),
    )
    fc.assert(
      fc.property(name, foreign => {
        for (const message of samples(foreign)) {
          const { headline, facts, notes, sentences } = wordsOf(message, once)
          for (const text of [headline, ...sentences, ...notes, ...facts.flatMap(({ label, value }) => [label, value])])
            expect(text.trim()).not.toBe('')
          for (const { label } of facts) expect(label).not.toMatch(/^(API key|Project) $/)
        }
      }),
    )
  })
})

describe('the words', () => {
  const { pace, billed, free_stopped, spike, budget, new_model, leftover, digest } = sampleNotices()
  const text = (message: NoticeMessage) => messageText(message, once)

  it('of pace name the time, the earliest time, the pace, the range, and which tokens count', () => {
    expect(text(pace)).toContain('PREMIUM tier runs out about 17:40 UTC')
    expect(text(pace)).toContain('maybe from 16:10 UTC')
    expect(text(pace)).toContain('420,000 of 1,000,000 tokens are used, 71,000 in the last hour')
    expect(text(pace)).toContain('1,240,000 (980,000 to 1,610,000)')
    expect(text(pace)).toContain('240,000 tokens beyond the limit, about $1.87')
    expect(text(pace)).toContain('all tokens of the tier')
    expect(text({ ...pace, counts: 'free' })).toContain('free tokens only (LIMIT_COUNTS=free)')
    expect(text({ ...pace, counts: 'free' })).toContain('free tokens are used')
    expect(messageFields(pace)).toMatchObject({ runs_out_at: 1_734_630_000, chance: 0.82, estimated_usd: 1.87 })
  })

  it('of billed tokens name each cause by itself', () => {
    expect(text(billed)).toContain('projects that had no free tokens in 7 days')
    expect(text(billed)).toContain('ci-nightly 61,200, no project 12')
    expect(text({ ...billed, cause: 'limit_passed', who: [] })).toContain("today's free tokens are used up")
    expect(text({ ...billed, cause: 'model_outside_pools' })).toContain('models that had no free tokens')
    expect(text({ ...billed, cause: 'unknown', who: [] })).toContain('not visible in the numbers')
    expect(text({ ...billed, nanoUsd: null })).not.toContain('$')
  })

  it('of the others give the figures that they are about', () => {
    expect(text(free_stopped)).toContain('None of 1,204 requests of today (UTC) had free tokens')
    expect(text(spike)).toContain('API key ci-nightly: 410,000 premium tokens today, 41% of the limit')
    expect(text(budget)).toContain('$84.50 of $100.00 are spent in 2024-12 (UTC). Passed: 50%, 80% of the budget.')
    expect(text(budget)).toContain('$131.25 ($110.00 to $160.00)')
    expect(text(new_model)).toContain('unknown model ci-nightly and 1 more counted as PREMIUM')
    expect(text(leftover)).toContain('600,000 premium and 9,000,000 mini free tokens would go unused')
    expect(text(digest)).toContain('today premium 42%, mini 0% of the limits')
    expect(text(digest)).toContain('700,000 tokens since the last digest (600,000 free, 100,000 billed)')
    expect(text(digest)).toContain('and 2 more')
    expect(text(digest)).toContain('free tokens only (LIMIT_COUNTS=free)')
  })
})
