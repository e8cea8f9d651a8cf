import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/alerts/message.ts'
import type { RenderOptions } from '../../../src/receivers/kind.ts'
import { KIND_NAMES, kindNamed } from '../../../src/receivers/kinds.ts'
import type { ChannelKind, Tier } from '../../../src/wire.ts'
import { sampleCauses, sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleEntry, sampleMissed } from '../alerts/sampleMissed.ts'
import { sampleNotices } from '../alerts/sampleNotices.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'
import { DOCUMENTED } from './documentedLimits.ts'
import { sampleUrl } from './sampleUrls.ts'

// What no single body shows; the bodies themselves are in golden/.

const full = { possibleRepeat: false, plain: false }
const repeat = { possibleRepeat: true, plain: false }
const plain = { possibleRepeat: false, plain: true }
const linked = { possibleRepeat: true, plain: false, publicUrl: 'https://usage.example.com/' }
const FORMS: RenderOptions[] = [full, repeat, plain, { possibleRepeat: true, plain: true }]

const bodyOf = (kind: ChannelKind, message: Message, options: RenderOptions) =>
  JSON.parse(JSON.stringify(kindNamed(kind).render(message, options, sampleUrl(kind))))

describe('the colour on Discord', () => {
  it.each([
    ['amber below the limit', sampleMessage({ tokensUsed: 999_999 }), 0xc77700],
    ['red from the limit on', sampleMessage({ tokensUsed: 1_000_000 }), 0xb91c1c],
    ['red when blind', sampleWatch(), 0xb91c1c],
    ['blue when it sees again', sampleWatch({ kind: 'seeing' }), 0x0072b2],
  ])('is %s', (_name, message, color) => {
    expect(bodyOf('discord', message, full)).toMatchObject({ embeds: [{ color }] })
  })
})

describe('the generic body', () => {
  it.each([
    ['alert', sampleMessage({ tokensUsed: 999_000 }), 1000],
    ['alert over the limit', sampleMessage({ tokensUsed: 1_120_400 }), 0],
    ['missed', sampleMissed({ entries: [sampleEntry({ tokensUsed: 910_000 })] }), 90_000],
  ])('says at the top and under data what remains: %s', (_name, message, remaining) => {
    expect(bodyOf('generic', message, full)).toMatchObject({ remaining, data: { remaining } })
  })

  it('is, of missed days, at the top that of the one that went furthest, of equals the latest', () => {
    const entries = [sampleEntry(), sampleEntry({ date: '2024-12-17', tier: 'mini' }), sampleEntry({ percentage: 90 })]
    const { date, tier, days } = bodyOf('generic', sampleMissed({ entries }), full)
    expect([date, tier, days.length]).toEqual(['2024-12-17', 'mini', 3])
  })
})

/** As if storage had been written by someone else: the types say that this cannot be, the receivers need not rely on it. */
const foreign = (text: string) => sampleMessage({ tier: text as Tier, date: text })
const foreignNotices = (text: string) => Object.values(sampleNotices(text))
const foreignDays = (text: string, days = 3) =>
  sampleMissed({ entries: Array.from({ length: days }, () => sampleEntry({ tier: text as Tier, date: text })) })

/** One maker for each kind of notice. */
const NOTICES = foreignNotices('').map((_, index) => (text: string) => foreignNotices(text)[index] ?? foreign(text))
const many = <T>(item: T) => Array.from({ length: 500 }, () => item)

/** As many keys, models and thresholds as there may be. */
function longestNotices(text: string): Message[] {
  const { spike, new_model, budget, digest, pace } = sampleNotices(text)
  const thresholds = Array.from({ length: 999 }, (_, n) => n + 0.125)
  return [
    { ...spike, entries: spike.entries.flatMap(many) },
    { ...new_model, models: new_model.models.flatMap(many) },
    { ...budget, thresholds, nanoUsd: Number.MAX_SAFE_INTEGER },
    { ...digest, alerts: { count: 500, headlines: many(text).slice(0, 5) } },
    { ...pace, tokensUsed: Number.MAX_SAFE_INTEGER, limit: 1 },
  ]
}

describe('render', () => {
  it.each([
    ['a Slack broadcast', '<!channel>', 'slack', '&lt;!CHANNEL&gt;'],
    ['a Slack link', '<https://evil.test|click>', 'slack', '&lt;HTTPS://EVIL.TEST|CLICK&gt;'],
    ['an entity that is already one', '&lt;', 'slack', '&amp;LT;'],
    [
      'Discord emphasis',
      '**a** _b_ `c` ~~d~~ ||e||',
      'discord',
      '\\*\\*A\\*\\* \\_B\\_ \\`C\\` \\~\\~D\\~\\~ \\|\\|E\\|\\|',
    ],
    ['a Discord link', '[x](https://evil.test)', 'discord', '\\[X\\](HTTPS:\u200b//EVIL.TEST)'],
    ['a Discord mention', '<@1> @everyone', 'discord', '\\<@\u200b1\\> @\u200bEVERYONE'],
    ['bidi and zero-width characters', 'a\u202eb\u200bc', 'generic', ' ABC tier'],
    ['line breaks', 'a\nb', 'generic', ' A B tier'],
  ] as const)('shows %s as text', (_name, text, kind, shown) => {
    for (const options of [full, plain]) {
      const body = bodyOf(kind, foreign(text), options)
      expect(body.content ?? body.text).toContain(shown)
    }
  })

  const everyString = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : value && typeof value === 'object'
        ? Object.values(value).flatMap(everyString)
        : []

  it('lets no foreign text through that Slack or Discord would act on', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'<>@!#&|*_`~[]():/\\\n\u202e\u200b', 'everyone', 'https://', 'a'),
    })
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(foreign, foreignDays, ...NOTICES),
        fc.constantFrom(...FORMS),
        (label, message, options) => {
          for (const value of everyString(bodyOf('slack', message(label), options))) {
            expect(value).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
          }
          const discord = bodyOf('discord', message(label), options)
          expect(discord.allowed_mentions).toEqual({ parse: [] })
          for (const value of everyString(discord)) {
            // A dot for each escaped character: taking it out would join its neighbours to something new.
            const bare = value
              .replace(/<t:\d{10}:R>/g, '')
              .replaceAll('https://platform.openai.com/', '')
              .replace(/\\[\\*_~`|[\]<>#+-]/g, '.')
            expect(bare).not.toMatch(/[*_~`|[\]<>]|:\/\/|@(?!\u200b)/)
          }
        },
      ),
      { numRuns: 500, examples: [[':/</', foreign, full]] },
    )
  })

  const foreignText = fc.string({
    unit: fc.constantFrom(...'<>@&|*_`[]():/"\n\u202e', 'everyone', 'https://', '](', 'a'),
  })

  it.each(['teams', 'googlechat', 'telegram'] as const)(
    'breaks what would be a link, a mention or a tag for %s',
    kind => {
      fc.assert(
        fc.property(
          foreignText,
          fc.constantFrom(foreign, foreignDays),
          fc.constantFrom(...FORMS),
          (text, of, options) => {
            const { $schema: _, ...rest } = bodyOf(kind, of(text), options)
            const values = everyString(rest).filter(value => !/adaptivecards|^-100|^#/.test(value))
            for (const value of values) {
              // The tags that are ours.
              const bare = value.replace(/<\/?(?:b|i|font)(?: color="#[0-9a-f]{6}")?>/g, '')
              expect(bare).not.toMatch(/\]\(|:\/\/|@(?!\u200b)|<(?!\u200b)/)
            }
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it.each(['mattermost', 'gotify'] as const)('escapes Markdown for %s', kind => {
    const { text, message } = bodyOf(kind, foreign('[x](https://evil.test) @all *b* <!here>'), plain)
    if (kind === 'mattermost') expect(text).toContain('\\[X\\](HTTPS:\u200b//EVIL.TEST) @\u200bALL \\*B\\* \\<!HERE\\>')
    // Without its extras Gotify shows text as it stands.
    else expect(message).toContain('[X](HTTPS://EVIL.TEST) @ALL *B* <!HERE>')
    const rich = bodyOf(kind, sampleMessage({ causes: sampleCauses() }), full)
    expect(JSON.stringify(rich)).toContain('Assistant \\\\<!channel\\\\> @\u200beveryone \\\\*bold\\\\*')
  })

  it('leaves no tag of a stranger in the HTML of an email', () => {
    fc.assert(
      fc.property(foreignText, text => {
        const { html } = bodyOf('email', sampleWatch({ trouble: { code: 'x', message: text, action: text } }), linked)
        const bare = html.replace(/<\/?(h2|table|tr|th|td|p|a)( (style|cellpadding|align|href)="[^"<>]*")?>/g, '')
        expect(bare).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps to the documented limits with the longest messages there can be', () => {
    const text = fc.constantFrom('&', '<', '*', '@', '://', 'x', '🙂', '<!here>').map(unit => unit.repeat(500))
    const message = text.chain(label =>
      fc.constantFrom<Message>(
        { ...foreign(label), late: true, thresholds: Array.from({ length: 999 }, (_, n) => n + 0.125) },
        { ...foreign(label), tokensUsed: Number.MAX_SAFE_INTEGER, limit: 1, percentage: Number.MAX_SAFE_INTEGER },
        foreignDays(label, 62),
        sampleWatch({ trouble: { code: label, message: label, action: label } }),
        ...[label, '\u200b'].flatMap(foreignNotices),
        ...longestNotices(label),
      ),
    )
    fc.assert(
      fc.property(
        message,
        fc.constantFrom(...KIND_NAMES),
        fc.constantFrom(...FORMS, linked),
        (longest, kind, options) => {
          const body = bodyOf(kind, longest, options)
          expect(DOCUMENTED[kind](body)).toEqual([])
          for (const value of everyString(body)) {
            expect(value.isWellFormed()).toBe(true)
            if (kind === 'slack') expect(value).not.toMatch(/&(?!amp;|lt;|gt;)/)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
