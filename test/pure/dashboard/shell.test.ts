import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, HOME, isDate, readAddress, viewAt, writeAddress } from '../../../src/dashboard/shell/address.ts'
import { favicon } from '../../../src/dashboard/shell/favicon.ts'
import { keyAction } from '../../../src/dashboard/shell/keyAction.ts'
import { tabState } from '../../../src/dashboard/shell/pageTitle.ts'
import type { Health } from '../../../src/dashboard/status/health.ts'
import { VIEWS } from '../../../src/dashboard/views/views.ts'
import { tierUsage, usageView } from './usageView.ts'

describe('address', () => {
  it('is empty at home', () => expect(writeAddress(HOME)).toBe(''))

  it('leads back to the same view', () => {
    const views = fc.record({
      view: fc.constantFrom('today', 'who', 'costs', 'history', 'alerts', 'status'),
      by: fc.constantFrom('model', 'project', 'api_key', 'user'),
      span: fc.constantFrom(1, 7, 30),
      only: fc.constantFrom('billed', 'unclassified', null),
      project: fc.constantFrom('proj_x', null),
      open: fc.constantFrom('gpt-4o', 'a&b=c', null),
      kind: fc.constantFrom('pace', 'watch', null),
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

  it.each([
    '?range=9999d',
    '?tier=huge&date=2024-02-31',
    '?theme=neon&sort=__proto__&dir=up',
    '?table=x,y&kiosk=0',
    '?view=__proto__&by=all&span=2d',
    '?only=free&kind=x&open=&project=',
  ])('is home again for %s', search => expect(readAddress(search)).toEqual(HOME))

  it('leaves what was chosen behind when the view changes, but not how the page looks', () => {
    const chosen = readAddress('?view=who&by=user&tier=mini&date=2024-12-19&theme=dark&tz=utc')
    expect(viewAt('history', chosen)).toEqual({ ...HOME, view: 'history', theme: 'dark', tz: 'utc' })
  })

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

describe('tabState', () => {
  const well: Health = { kind: 'well', word: 'Well', title: '' }
  const failing: Health = { kind: 'failing', word: 'Failing', title: '' }
  const tab = (premium: number, mini: number, rest: Partial<Parameters<typeof tabState>[0]> = {}) =>
    tabState({
      usage: usageView({
        premium: tierUsage({ tokens_used: premium }),
        mini: tierUsage({ tokens_used: mini, limit: 10_000_000 }),
      }),
      stale: false,
      note: null,
      verdict: 'The day lasts',
      health: well,
      ...rest,
    })
  it.each([
    ['the tier nearest to its limit, and the verdict', tab(731_204, 1), '73.1\u00a0% premium · The day lasts'],
    ['the other one', tab(1, 9_200_000), '⚠ 92\u00a0% mini · The day lasts'],
    ['a limit that is reached', tab(1_120_000, 1), '⛔ 112\u00a0% premium · The day lasts'],
    ['stale data', tab(1_120_000, 1, { stale: true }), '? 112\u00a0% premium · The day lasts'],
    ['a tracker that is not well', tab(1, 1, { health: failing }), '< 0.1\u00a0% premium · failing · The day lasts'],
    ['nothing yet', tab(1, 1, { usage: null }), 'OpenAI usage'],
    ['no reading yet', tab(0, 0, { usage: usageView({ last_updated: null }) }), 'OpenAI usage'],
    ['a locked page', tab(1, 1, { note: 'Locked' }), 'Locked · OpenAI usage'],
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
  it('leads to each view by a key of its own', () => {
    const keys = VIEWS.map(({ key }) => key)
    expect(keys.map(key => keyAction(press(key), false))).toEqual(VIEWS.map(({ path }) => ({ kind: 'view', path })))
    expect(new Set([...keys, '?', 'r', 't', 'p', 'k', '/', '0', '1', '2']).size).toBe(keys.length + 9)
  })
  it('takes no inherited name for a key', () => expect(keyAction(press('constructor'), false)).toBeNull())
  it('leaves typing alone', () => expect(keyAction(press('r'), true)).toBeNull())
  it('leaves the browser its own keys', () => expect(keyAction(press('r', { ctrlKey: true }), false)).toBeNull())
})
