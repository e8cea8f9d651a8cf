import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/alerts/message.ts'
import { parseChannel } from '../../../src/receivers/channel.ts'
import { isWanted, kindsFor } from '../../../src/receivers/isWanted.ts'
import { ALERT_KINDS } from '../../../src/wire.ts'
import { sampleTest } from '../alerts/sampleEnds.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleEntry, sampleMissed } from '../alerts/sampleMissed.ts'
import { sampleNotices } from '../alerts/sampleNotices.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'
import { SAMPLE_URLS } from './sampleUrls.ts'

const FORESIGHT = sampleNotices()

function channelOf(url: string) {
  const parsed = parseChannel(url)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed
}
const wants = (fragment: string, message: Message) =>
  isWanted(channelOf(`https://example.com/a${fragment}`).channel, message)
/** As a release after this one may make them. */
const later = (kind: string, fields = {}) => ({ ...sampleTest(), kind, ...fields }) as unknown as Message

describe('isWanted', () => {
  it.each<[string, Message, boolean]>([
    ['', sampleMessage(), true],
    ['', later('digest'), true],
    ['#kinds=threshold', sampleMessage(), true],
    ['#kinds=threshold', sampleMissed(), true],
    ['#kinds=threshold', sampleWatch(), false],
    ['#kinds=watch', sampleWatch({ kind: 'seeing' }), true],
    ['#kinds=billed,watch', sampleMessage(), false],
    ['#kinds=digest', later('digest'), true],
    ['#kinds=digest', later('spike'), false],
    ['#tiers=premium', sampleMessage(), true],
    ['#tiers=mini', sampleMessage(), false],
    ['#tiers=mini,premium', sampleMessage(), true],
    ['#tiers=mini', sampleWatch(), true],
    ['#tiers=mini', later('pace', { tier: 'premium' }), false],
    ['#min=85', sampleMessage({ percentage: 85 }), true],
    ['#min=85.5', sampleMessage({ percentage: 85 }), false],
    ['#min=95', sampleWatch(), true],
    ['#tiers=mini&min=80', sampleMissed(), true],
    ['#tiers=mini&min=90', sampleMissed(), false],
    ['#tiers=premium&min=112', sampleMissed(), true],
    ['#min=100', sampleMissed({ entries: [sampleEntry({ percentage: 99 })] }), false],
    ['#name=ops', sampleMessage(), true],
    ['#tiers=premium', { ...FORESIGHT.leftover, tiers: FORESIGHT.leftover.tiers.slice(1) }, false],
    ['#tiers=mini', FORESIGHT.leftover, true],
    ['#tiers=mini', FORESIGHT.digest, true],
    ['#tiers=mini', FORESIGHT.spike, true],
    ['#tiers=mini', FORESIGHT.new_model, false],
    ['#min=86', FORESIGHT.budget, false],
    ...Object.values(FORESIGHT).map((message): [string, Message, boolean] => [`#kinds=${message.kind}`, message, true]),
  ])('for %s and %o is %s', (fragment, message, wanted) => expect(wants(fragment, message)).toBe(wanted))

  it.each([
    ['pagerduty', ['leftover', 'digest']],
    ['alertmanager', ['leftover', 'digest']],
    ['slack', []],
  ] as const)('leaves out for %s, unless it is asked for, %j', (kind, left) => {
    const usual = kindsFor(channelOf(SAMPLE_URLS[kind]).channel)
    expect(ALERT_KINDS.filter(one => !usual.includes(one))).toEqual(left)
    expect(kindsFor(channelOf(`${SAMPLE_URLS[kind]}#kinds=digest`).channel)).toEqual(['digest'])
  })
})

describe('a fragment', () => {
  it('says what goes to a receiver, and is no part of its URL', () => {
    const { channel, odd } = channelOf(
      'https://example.com/a#kinds=threshold,billed&tiers=premium&min=95%25&name=on+call',
    )
    const choice = { kinds: ['threshold', 'billed'], tiers: ['premium'], min: 95, name: 'on call' }
    expect([channel.choice, odd, channel.url.reveal()]).toEqual([choice, [], 'https://example.com/a'])
  })

  it.each([
    ['#kinds=treshold', 'kinds=treshold'],
    ['#kinds=', 'kinds='],
    ['#kinds=threshold,oops', 'kinds=threshold,oops'],
    ['#tiers=gold', 'tiers=gold'],
    ['#min=high', 'min=high'],
    ['#min=-5', 'min=-5'],
    ['#min=12345', 'min=12345'],
    ['#name=', 'name='],
    ['#ops', 'ops'],
    ['#Kinds=threshold', 'Kinds'],
  ])('that is %s is left out and said', (fragment, part) => {
    const { channel, odd } = channelOf(`https://example.com/a${fragment}`)
    expect(odd).toEqual([{ part, wanted: expect.any(String) }])
    expect(channel.choice).toEqual({ kinds: null, tiers: null, min: null, name: null })
  })
})
