import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { othersMayRead, writeDevVars } from '../../../scripts/installation/devVars.ts'
import { readToml, setTop, setVar } from '../../../scripts/installation/wranglerToml.ts'
import { openBrowser } from '../../../scripts/openBrowser.ts'
import { fileSettings } from '../../../scripts/settings.ts'

// The files of whoever runs the tracker: what setup changes in them, and what it leaves alone.

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'own-files-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

const textOf = (name: string) => readFileSync(join(dir, name), 'utf8')

describe('.dev.vars', () => {
  it('keeps what others wrote, changes what is there, and adds what is not', () => {
    writeFileSync(join(dir, '.dev.vars'), '# mine\nOPENAI_ADMIN_KEY=old\nOTHER=1')
    writeDevVars(dir, { OPENAI_ADMIN_KEY: "sk-admin-$x'y", API_TOKEN: 'token' })
    expect(textOf('.dev.vars')).toMatch(/^# mine\nOPENAI_ADMIN_KEY=.*\nOTHER=1\nAPI_TOKEN='token'\n$/)
    expect(fileSettings(dir).API_TOKEN).toBe('token')
  })

  it('may be read by its owner only, also where it was open before', () => {
    writeFileSync(join(dir, '.dev.vars'), '', { mode: 0o644 })
    expect(othersMayRead(dir)).toBe(true)
    writeDevVars(dir, { API_TOKEN: 'token' })
    expect(statSync(join(dir, '.dev.vars')).mode & 0o777).toBe(0o600)
    expect(othersMayRead(dir)).toBe(false)
  })
})

describe('wrangler.toml', () => {
  beforeEach(() => writeFileSync(join(dir, 'wrangler.toml'), readFileSync('wrangler.toml')))

  it('is read as wrangler reads it', () => {
    const { name, vars, crons, databaseName, databaseId } = readToml(dir)
    expect([name, databaseName, databaseId, crons]).toEqual([
      'openai-usage-tracker',
      'oai-usage',
      null,
      ['*/5 * * * *'],
    ])
    expect(vars).toMatchObject({ PREMIUM_TIER_LIMIT: '1000000', POLL_CRON: '*/5 * * * *' })
  })

  it('changes where a value stands, and nowhere else', () => {
    const before = textOf('wrangler.toml').split('\n')
    setTop(dir, 'name', 'my-tracker')
    setTop(dir, 'account_id', 'abc')
    setVar(dir, 'PREMIUM_TIER_LIMIT', '250000')
    setVar(dir, 'POLL_CRON', '0 $& "x"')
    const after = textOf('wrangler.toml').split('\n')
    expect(after.filter(line => !before.includes(line))).toEqual([
      'name = "my-tracker"',
      'account_id = "abc"',
      'PREMIUM_TIER_LIMIT = "250000"',
      String.raw`POLL_CRON = "0 $& \"x\""`,
    ])
    expect(after.length).toBe(before.length + 1)
    setTop(dir, 'account_id', 'def')
    expect(readToml(dir).accountId).toBe('def')
  })
})

describe('openBrowser', () => {
  it('shows the token to nobody else on this machine', async () => {
    const [browser, seen, page] = [join(dir, 'browser'), join(dir, 'seen'), join(dir, 'open.html')]
    writeFileSync(browser, `#!/bin/sh\necho "$@" > ${seen}.new; mv ${seen}.new ${seen}\n`)
    chmodSync(browser, 0o755)
    vi.stubEnv('BROWSER', browser)
    expect(await openBrowser('http://localhost:8787/#token=canary', page)).toBe(true)
    await vi.waitFor(() => expect(readFileSync(seen, 'utf8')).toContain('open.html'), 10_000)
    expect(readFileSync(seen, 'utf8')).not.toContain('canary')
    expect(statSync(page).mode & 0o777).toBe(0o600)
    expect(readFileSync(page, 'utf8')).toContain('location.replace("http://localhost:8787/#token=canary")')
  })

  it('says where there is none', async () => {
    vi.stubEnv('BROWSER', join(dir, 'nothing'))
    expect(await openBrowser('http://localhost:8787/', join(dir, 'open.html'))).toBe(false)
  })
})
