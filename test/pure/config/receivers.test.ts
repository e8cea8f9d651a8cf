import { describe, expect, it } from 'vitest'
import { readConfig, type Vars } from '../../../src/config/readConfig.ts'

const read = (vars: Vars & { EMAIL?: unknown }) => readConfig({ AUTH_MODE: 'open', ...vars } as Vars)
const problems = (vars: Vars & { EMAIL?: unknown }) => read(vars).problems.map(({ name, message }) => [name, message])
const A = 'https://a.example/canary-path'
const EMAIL = { send: async () => {} }

describe('ALERT_WEBHOOK_URL', () => {
  it.each([
    [`${A}#kinds=threshold,billed&min=95,https://b.example/x`, [['threshold', 'billed'], null]],
    [`https://b.example/x,${A}#kinds=threshold,billed`, [null, ['threshold', 'billed']]],
    [`${A}#kinds=threshold, billed https://b.example/x`, [['threshold', 'billed'], null]],
    [`${A}#kinds=watch,slack+https://b.example/x`, [['watch'], null]],
  ])('separates lists in fragments from receivers: %s', (value, kinds) => {
    const { channels, problems } = read({ ALERT_WEBHOOK_URL: value })
    expect(channels.map(({ choice }) => choice.kinds)).toEqual(kinds)
    expect(problems).toEqual([])
  })

  it('names what is wrong in a fragment, and keeps the receiver', () => {
    const value = `https://b.example/x ${A}#kinds=treshold&min=95`
    expect(problems({ ALERT_WEBHOOK_URL: value })).toEqual([
      [
        'ALERT_WEBHOOK_URL',
        'ALERT_WEBHOOK_URL, entry 2, has "kinds=treshold" in its fragment, which must be a comma list of threshold, pace, ' +
          'billed, free_stopped, spike, budget, new_model, leftover, digest, brake, watch; that part is left out.',
      ],
    ])
    const { channels } = read({ ALERT_WEBHOOK_URL: value })
    expect(channels[1]?.choice).toMatchObject({ kinds: null, min: 95 })
  })

  it('repeats no secret that stands in a fragment', () => {
    const text = JSON.stringify(
      problems({ ALERT_WEBHOOK_URL: `${A}#token=canary0&canary0123456789canaryz&kinds=sk-admin-canary` }),
    )
    expect(text).toContain('entry 1')
    expect(text).not.toContain('canary0')
    expect(text).not.toContain('admin-canary')
    expect(text).not.toContain('path')
  })

  it('takes what stands behind a comma for an entry of its own where there is no fragment', () => {
    const { channels, problems } = read({ ALERT_WEBHOOK_URL: `${A},hook,https://b.example/x` })
    expect(channels.length).toBe(2)
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/entry 2, is not a URL/)])
  })

  it('says that one receiver stands there twice with several fragments', () => {
    expect(problems({ ALERT_WEBHOOK_URL: `${A} ${A}#min=95` })).toEqual([
      ['ALERT_WEBHOOK_URL', expect.stringMatching(/entry 2, is the same receiver as one before it/)],
    ])
    expect(problems({ ALERT_WEBHOOK_URL: `${A}#name=a ${A}#name=b` })).toEqual([])
  })

  it('changes its fingerprint with what goes where, and not with a name', () => {
    const print = (value: string) => read({ ALERT_WEBHOOK_URL: value }).receiversFingerprint
    expect(print(`${A}#name=ops`)).toBe(print(A))
    const others = ['#min=95', '#kinds=watch', '#tiers=mini', '#kinds=watch&min=95'].map(part => print(A + part))
    expect(new Set([print(A), ...others]).size).toBe(5)
  })
})

describe('mailto:', () => {
  const WITH = { ALERT_WEBHOOK_URL: 'mailto:canary@example.com', EMAIL_FROM: 'alerts@example.com', EMAIL }

  it('is a receiver where the binding and EMAIL_FROM are there', () => {
    const { channels, emailFrom, problems } = read(WITH)
    expect([channels.map(({ kind }) => kind), emailFrom, problems]).toEqual([['email'], 'alerts@example.com', []])
  })

  it.each([
    ['the binding', { EMAIL: undefined }],
    ['EMAIL_FROM', { EMAIL_FROM: '' }],
  ])('gets nothing without %s, and the problem says what it needs', (_, without) => {
    expect(read({ ...WITH, ...without }).channels).toEqual([])
    expect(problems({ ...WITH, ...without })).toEqual([
      [
        'ALERT_WEBHOOK_URL',
        'ALERT_WEBHOOK_URL, entry 1, is an email address, which needs EMAIL_FROM and the binding EMAIL (wrangler.toml); it ' +
          'gets no alerts.',
      ],
    ])
  })

  it('needs an address in EMAIL_FROM', () => {
    expect(problems({ EMAIL_FROM: 'alerts' })).toEqual([
      [
        'EMAIL_FROM',
        'EMAIL_FROM is "alerts", but must be an address like alerts@example.com; using the default (none).',
      ],
    ])
  })
})

describe('PUBLIC_URL', () => {
  it.each([
    ['https://usage.example.com', 'https://usage.example.com/'],
    ['"https://usage.example.com/team/"', 'https://usage.example.com/team/'],
    ['http://localhost:8787', 'http://localhost:8787/'],
    ['http://127.0.0.1:8787/', 'http://127.0.0.1:8787/'],
  ])('%s is taken', (value, wanted) => expect(read({ PUBLIC_URL: value }).publicUrl).toBe(wanted))

  it.each([
    'usage.example.com',
    'http://usage.example.com',
    'https://user:pass@usage.example.com',
    'https://usage.example.com/?a=1',
    'https://usage.example.com/#a',
    'javascript:alert(1)',
  ])('%s is a problem, and there is none', value => {
    const { publicUrl, problems } = read({ PUBLIC_URL: value })
    expect([publicUrl, problems.map(({ name }) => name)]).toEqual([null, ['PUBLIC_URL']])
    expect(problems[0]?.message).toContain('but must be the address of the dashboard: https://')
  })
})
