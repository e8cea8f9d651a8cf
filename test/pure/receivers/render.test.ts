import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertMessage } from '../../../src/alerts/alertMessage.ts'
import { renderBody } from '../../../src/receivers/renderBody.ts'
import { renderDiscord } from '../../../src/receivers/renderDiscord.ts'
import { renderGeneric } from '../../../src/receivers/renderGeneric.ts'
import { renderSlack } from '../../../src/receivers/renderSlack.ts'
import type { Tier } from '../../../src/wire.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'

const full = { possibleRepeat: false, plain: false }
const repeat = { possibleRepeat: true, plain: false }
const plain = { possibleRepeat: false, plain: true }

const HEADLINE = '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%'
const TEXT = [
  HEADLINE,
  '850,000 of 1,000,000 tokens used on 2024-12-19 (UTC), 150,000 left.',
  'Passed: 50%, 80% of the limit.',
  'Resets: 2024-12-20 00:00 UTC.',
].join('\n')
const REPEAT_NOTE = 'Possible repeat: an earlier attempt got no answer, so this may have arrived before.'

const words = (text: string) => ({ type: 'plain_text', text, emoji: false })

describe('renderSlack', () => {
  it('sends text for notifications and blocks for reading', () => {
    expect(renderSlack(sampleMessage(), full)).toEqual({
      text: TEXT,
      blocks: [
        { type: 'header', text: words(HEADLINE) },
        {
          type: 'section',
          fields: [
            words('Used\n850,000 of 1,000,000 tokens'),
            words('Rest\n150,000 left'),
            words('Thresholds passed\n50%, 80%'),
            words('Resets\n2024-12-20 00:00 UTC'),
          ],
        },
      ],
    })
  })

  it('adds a line for a possible repeat', () => {
    expect(renderSlack(sampleMessage(), repeat)).toMatchObject({
      text: `${TEXT}\n${REPEAT_NOTE}`,
      blocks: [{}, {}, { type: 'context', elements: [words(REPEAT_NOTE)] }],
    })
  })

  it('sends only text when blocks were refused', () =>
    expect(renderSlack(sampleMessage(), plain)).toEqual({ text: TEXT }))
})

describe('renderDiscord', () => {
  it('sends content and an embed, and pings nobody', () => {
    expect(renderDiscord(sampleMessage(), full)).toEqual({
      content: HEADLINE,
      embeds: [
        {
          color: 0xc77700,
          fields: [
            { name: 'Used', value: '850,000 of 1,000,000 tokens', inline: true },
            { name: 'Rest', value: '150,000 left', inline: true },
            { name: 'Thresholds passed', value: '50%, 80%', inline: true },
            { name: 'Resets', value: '2024-12-20 00:00 UTC (<t:1734652800:R>)', inline: true },
          ],
          timestamp: '2024-12-19T10:10:00.000Z',
        },
      ],
      allowed_mentions: { parse: [] },
    })
  })

  it('turns red over the limit and adds a line for late data', () => {
    const message = sampleMessage({ tokensUsed: 1_120_400, percentage: 112, late: true })
    expect(renderDiscord(message, full)).toMatchObject({
      embeds: [{ color: 0xb91c1c, description: 'Late: OpenAI reported this usage after 2024-12-19 had ended.' }],
    })
  })

  it('is red from the limit on, and keeps two notes apart', () => {
    const message = sampleMessage({ tokensUsed: 1_000_000, percentage: 100, late: true })
    expect(renderDiscord(message, repeat)).toMatchObject({
      embeds: [
        {
          color: 0xb91c1c,
          description: `Late: OpenAI reported this usage after 2024-12-19 had ended.\n${REPEAT_NOTE}`,
        },
      ],
    })
  })

  it('sends only content when the embed was refused, and still pings nobody', () => {
    expect(renderDiscord(sampleMessage(), plain)).toEqual({ content: TEXT, allowed_mentions: { parse: [] } })
  })
})

describe('renderGeneric', () => {
  const fields = {
    id: 'alert-2024-12-19-premium-80',
    date: '2024-12-19',
    tier: 'premium',
    threshold: 80,
    thresholds: [50, 80],
    tokens_used: 850_000,
    limit_value: 1_000_000,
    percentage: 85,
    remaining: 150_000,
    resets_at: 1_734_652_800,
    late: false,
    possible_repeat: false,
    message: HEADLINE,
  }

  it('sends text, the fields at the top, and the same under data', () => {
    expect(renderGeneric(sampleMessage(), full)).toEqual({
      type: 'usage.threshold.crossed',
      timestamp: '2024-12-19T10:10:00.000Z',
      text: TEXT,
      ...fields,
      data: fields,
    })
  })

  it('has nothing remaining over the limit', () => {
    expect(renderGeneric(sampleMessage({ tokensUsed: 1_120_400 }), full)).toMatchObject({ remaining: 0 })
  })

  it('says in both places that it may be a repeat', () => {
    expect(renderGeneric(sampleMessage(), repeat)).toMatchObject({
      possible_repeat: true,
      data: { possible_repeat: true },
    })
  })

  it('sends only text when the fields were refused', () => {
    expect(renderGeneric(sampleMessage(), plain)).toEqual({ text: TEXT })
  })
})

describe('a watch message', () => {
  const BLIND = '⚠️ OpenAI usage tracker is blind: no numbers since 2024-12-19 10:00 UTC'

  it('is laid out like any other for Slack', () => {
    expect(renderSlack(sampleWatch(), full)).toMatchObject({
      text: expect.stringContaining(`${BLIND}\nOpenAI refuses the admin key (401).\n`),
      blocks: [
        { type: 'header', text: words(BLIND) },
        {
          fields: [
            words('What is wrong\nOpenAI refuses the admin key (401).'),
            words('What to do\nCreate a new key.'),
            words('Last reading\n2024-12-19 10:00 UTC'),
            words('Failing since\n2024-12-19 10:05 UTC'),
          ],
        },
        { type: 'context' },
      ],
    })
  })

  it.each([
    ['blind', 0xb91c1c, { name: 'Last reading', value: '2024-12-19 10:00 UTC (<t:1734602400:R>)', inline: true }],
    ['seeing', 0x0072b2, { name: 'Read again', value: '2024-12-19 10:20 UTC (<t:1734603600:R>)', inline: true }],
  ] as const)('has its colour and moments on Discord: %s', (kind, color, field) => {
    expect(renderDiscord(sampleWatch({ kind }), full)).toMatchObject({
      embeds: [{ color, fields: expect.arrayContaining([field]) }],
      allowed_mentions: { parse: [] },
    })
  })

  it.each([
    ['blind', 'tracker.blind', BLIND],
    ['seeing', 'tracker.seeing', '✅ OpenAI usage tracker sees again (no numbers came since 2024-12-19 10:00 UTC)'],
  ] as const)('has a type of its own for any other receiver: %s', (kind, type, message) => {
    const fields = {
      id: 'blind-7',
      last_success: 1_734_602_400,
      failing_since: 1_734_602_700,
      error: sampleWatch().trouble,
      possible_repeat: false,
      message,
    }
    const timestamp = '2024-12-19T10:20:00.000Z'
    expect(renderGeneric(sampleWatch({ kind }), full)).toEqual({
      type,
      timestamp,
      text: expect.stringContaining(message),
      ...fields,
      data: fields,
    })
  })
})

/** As if storage had been written by someone else: the types say that this cannot be, the receivers need not rely on it. */
const foreign = (text: string): AlertMessage => sampleMessage({ tier: text as Tier, date: text })

describe('renderBody', () => {
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
      const body = JSON.parse(renderBody(kind, foreign(text), options))
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
      fc.property(text, fc.constantFrom(full, repeat, plain), (label, options) => {
        for (const value of everyString(JSON.parse(renderBody('slack', foreign(label), options)))) {
          expect(value).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
        }
        const discord = JSON.parse(renderBody('discord', foreign(label), options))
        expect(discord.allowed_mentions).toEqual({ parse: [] })
        for (const value of everyString(discord)) {
          // A dot for each escaped character: taking it out would join its neighbours to something new.
          const bare = value.replace('<t:1734652800:R>', '').replace(/\\[\\*_~`|[\]<>#+-]/g, '.')
          expect(bare).not.toMatch(/[*_~`|[\]<>]|:\/\/|@(?!\u200b)/)
        }
      }),
      { numRuns: 500, examples: [[':/</', full]] },
    )
  })

  it('keeps to the limits of the receivers with the longest message there can be', () => {
    const longest = foreign('&'.repeat(500))
    longest.thresholds = Array.from({ length: 999 }, (_, n) => n + 0.125)
    for (const options of [repeat, { ...repeat, plain: true }]) {
      const late = { ...longest, late: true }
      const slack = JSON.parse(renderBody('slack', late, options))
      expect(slack.text.length).toBeLessThanOrEqual(3000)
      for (const block of slack.blocks ?? []) {
        if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150)
        for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2000)
      }
      const discord = JSON.parse(renderBody('discord', late, options))
      expect(discord.content.length).toBeLessThanOrEqual(2000)
      for (const field of discord.embeds?.[0].fields ?? []) expect(field.value.length).toBeLessThanOrEqual(1024)
      expect(everyString(discord.embeds ?? []).join('').length).toBeLessThanOrEqual(6000)
      expect(renderBody('generic', late, options).length).toBeLessThan(20_000)
    }
  })
})
