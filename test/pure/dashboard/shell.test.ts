import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, HOME, isDate, readAddress, writeAddress } from '../../../src/dashboard/shell/address.ts'
import { csv } from '../../../src/dashboard/shell/csv.ts'
import { favicon } from '../../../src/dashboard/shell/favicon.ts'
import { keyAction } from '../../../src/dashboard/shell/keyAction.ts'
import { tabState } from '../../../src/dashboard/shell/pageTitle.ts'
import { tierUsage, usageView } from './usageView.ts'

describe('address', () => {
  it('is empty at home', () => expect(writeAddress(HOME)).toBe(''))

  it('leads back to the same view', () => {
    const views = fc.record({
      tier: fc.constantFrom('premium', 'mini', null),
      date: fc.constantFrom('2024-12-19', null),
      range: fc.constantFrom(7, 30, 90),
      tz: fc.constantFrom('utc', 'local', 'America/New_York'),
      theme: fc.constantFrom('system', 'light', 'dark'),
      kiosk: fc.boolean(),
      sort: fc.constantFrom('model', 'total', 'billed'),
      descending: fc.boolean(),
      filter: fc.string({ maxLength: 50, unit: 'grapheme' }),
      all: fc.boolean(),
      tables: fc.constantFrom([], ['premium'], ['premium', 'days']),
    })
    fc.assert(
      fc.property(views, view => {
        expect(readAddress(writeAddress(view as Address))).toEqual(view)
      }),
    )
  })

  it.each(['?range=9999d', '?tier=huge&date=2024-02-31', '?theme=neon&sort=__proto__&dir=up', '?table=x,y&kiosk=0'])(
    'is home again for %s',
    search => expect(readAddress(search)).toEqual(HOME),
  )

  it.each(['?kiosk', '?kiosk=1', '?kiosk=true'])('%s is a wall screen', search =>
    expect(readAddress(search).kiosk).toBe(true),
  )
  it('prefers a link to what the reader prefers', () =>
    expect(readAddress('?theme=dark', { theme: 'light', tz: 'utc' })).toMatchObject({ theme: 'dark', tz: 'utc' }))
})

describe('isDate', () => {
  it.each([
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2024-2-9', false],
    ['', false],
  ])('%s: %s', (text, is) => expect(isDate(text)).toBe(is))
})

describe('csv', () => {
  it('begins with a byte order mark, without which Excel garbles names', () => {
    const bytes = new TextEncoder().encode(csv(['model'], [['Größe']]))
    expect([...bytes.slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 'm'.charCodeAt(0)])
    // Just one, and what follows is the table.
    expect(new TextDecoder().decode(bytes)).toBe('model\r\nGröße\r\n')
  })

  const line = (...cells: (string | number | boolean | null)[]) =>
    csv(['h'], [cells]).split('\r\n').slice(1).join('\r\n')
  it.each([
    ['plain cells', ['a', 1, true, null], 'a,1,true,\r\n'],
    ['commas and quotes', ['a,"b"'], '"a,""b"""\r\n'],
    ['line breaks', ['a\r\nb'], '"a\r\nb"\r\n'],
    ['a formula', ['=HYPERLINK("http://x")'], '"\'=HYPERLINK(""http://x"")"\r\n'],
    ['a formula behind blanks', ['  @SUM(A1)'], "'  @SUM(A1)\r\n"],
    ['a tab', ['\t=1'], "'\t=1\r\n"],
    ['negative numbers, which stay numbers', [-5], '-5\r\n'],
  ] as [string, (string | number | boolean | null)[], string][])('writes %s', (_name, cells, text) =>
    expect(line(...cells)).toBe(text),
  )
})

describe('tabState', () => {
  const tab = (premium: number, mini: number, stale = false) =>
    tabState(
      usageView({
        premium: tierUsage({ tokens_used: premium }),
        mini: tierUsage({ tokens_used: mini, limit: 10_000_000 }),
      }),
      stale,
      null,
    )
  it.each([
    ['the tier nearest to its limit', tab(731_204, 1), '73.1\u00a0% premium · OpenAI usage'],
    ['the other one', tab(1, 9_200_000), '⚠ 92\u00a0% mini · OpenAI usage'],
    ['a limit that is reached', tab(1_120_000, 1), '⛔ 112\u00a0% premium · OpenAI usage'],
    ['stale data', tab(1_120_000, 1, true), '? 112\u00a0% premium · OpenAI usage'],
    ['nothing yet', tabState(null, false, null), 'OpenAI usage'],
    ['a locked page', tabState(usageView(), false, 'Locked'), 'Locked · OpenAI usage'],
  ])('%s', (_name, { title }, expected) => expect(title).toBe(expected))
})

describe('favicon', () => {
  it('differs by state, and needs no request', () => {
    const icons = (['ok', 'warn', 'critical', 'exceeded'] as const).map(state =>
      favicon({ state, share: 0.5, stale: false }),
    )
    expect(new Set(icons).size).toBe(4)
    expect(icons.every(icon => icon.startsWith('data:image/svg+xml,') && !icon.includes('"'))).toBe(true)
  })
})

describe('keyAction', () => {
  const press = (key: string, rest = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...rest })
  it('acts on a single letter', () => expect(keyAction(press('1'), false)).toEqual({ kind: 'tier', tier: 'premium' }))
  it('leaves typing alone', () => expect(keyAction(press('r'), true)).toBeNull())
  it('leaves the browser its own keys', () => expect(keyAction(press('r', { ctrlKey: true }), false)).toBeNull())
})
