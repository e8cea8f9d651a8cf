import { describe, expect, it } from 'vitest'
import { incidentOf } from '../../../src/alerts/incidentOf.ts'
import type { Message } from '../../../src/alerts/message.ts'
import { sampleResolved, sampleTest } from './sampleEnds.ts'
import { sampleMessage } from './sampleMessage.ts'
import { sampleMissed } from './sampleMissed.ts'
import { sampleNotices } from './sampleNotices.ts'
import { sampleWatch } from './sampleWatch.ts'

const FORESIGHT = sampleNotices()

const at = (iso: string) => Date.parse(`${iso}Z`) / 1000
describe('incidentOf', () => {
  it.each<[string, Message, string, string]>([
    ['a threshold until the reset', sampleMessage(), 'oai-usage/k3x9/premium/2024-12-19', '2024-12-20T00:00'],
    [
      'a late one for an hour',
      sampleMessage({ late: true, firedAt: at('2024-12-20T03:00') }),
      'oai-usage/k3x9/premium/2024-12-19',
      '2024-12-20T04:00',
    ],
    ['missed days until the end of the day', sampleMissed(), 'oai-usage/missed-k3x9-1734603000', '2024-12-20T00:00'],
    ['a spike until the end of the day', FORESIGHT.spike, 'oai-usage/spike-k3x9-2024-12-19-812', '2024-12-20T00:00'],
    ['pace until the reset', FORESIGHT.pace, 'oai-usage/pace-k3x9-2024-12-19-premium', '2024-12-20T00:00'],
    ['a budget until the end of its month', FORESIGHT.budget, 'oai-usage/budget-k3x9-2024-12-80', '2025-01-01T00:00'],
    ['a digest until the end of the day', FORESIGHT.digest, 'oai-usage/digest-k3x9-1734603000-814', '2024-12-20T00:00'],
  ])('%s', (_, message, key, ends) => {
    expect(incidentOf(message)).toMatchObject({ key, endsAt: at(ends), hasEnded: false, endsByTime: true })
  })

  it('is one for all thresholds of a tier and day, and for the begin and the end of being blind', () => {
    const key = (message: Message) => incidentOf(message).key
    expect(key(sampleMessage({ threshold: 100, id: 'alert-k3x9-2024-12-19-premium-100' }))).toBe(key(sampleMessage()))
    expect(key(sampleMessage({ tier: 'mini' }))).not.toBe(key(sampleMessage()))
    expect(key(sampleMessage({ id: 'alert-other-2024-12-19-premium-80' }))).not.toBe(key(sampleMessage()))
    const [blind, seeing] = [
      sampleWatch({ id: 'blind-k3x9-1-2' }),
      sampleWatch({ kind: 'seeing', id: 'seeing-k3x9-1-3' }),
    ]
    expect(key(seeing)).toBe(key(blind))
    expect(incidentOf(blind)).toMatchObject({ endsByTime: false, hasEnded: false, severities: [] })
    expect(incidentOf(seeing)).toMatchObject({ endsAt: seeing.firedAt, hasEnded: true, severities: ['critical'] })
  })

  it('of an end is the one that it ends', () => {
    const resolved = sampleResolved()
    expect(incidentOf(resolved)).toEqual({
      ...incidentOf(sampleMessage()),
      endsAt: resolved.firedAt,
      hasEnded: true,
      endsByTime: false,
      severities: ['warning'],
    })
  })

  it('of a test is short and its own', () => {
    const test = sampleTest()
    expect(incidentOf(test)).toMatchObject({ kind: 'test', endsAt: test.firedAt + 300, endsByTime: false })
  })
})
