import { describe, expect, it } from 'vitest'
import { readConfig, type Vars } from '../../../src/config/readConfig.ts'

describe('auth of readConfig', () => {
  it.each<[Vars, string | null]>([
    [{ AUTH_MODE: 'open' }, null],
    [{ API_TOKEN: 'x'.repeat(32) }, null],
    [{ AUTH_MODE: 'token', API_TOKEN: 'x'.repeat(31) }, 'API_TOKEN'],
    [{ AUTH_MODE: 'token' }, 'API_TOKEN'],
    [{ AUTH_MODE: 'OPEN' }, 'AUTH_MODE'],
    [{ AUTH_MODE: 'none', API_TOKEN: 'x'.repeat(32) }, 'AUTH_MODE'],
    [{ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team.cloudflareaccess.com', ACCESS_AUD: 'aud' }, null],
    [{ AUTH_MODE: 'access', ACCESS_AUD: 'aud' }, 'ACCESS_TEAM_DOMAIN'],
    [{ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team.cloudflareaccess.com' }, 'ACCESS_AUD'],
    [{ AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: 'team/x', ACCESS_AUD: 'aud' }, 'ACCESS_TEAM_DOMAIN'],
  ])('%j: what is missing locks, and never opens', (vars, problem) => {
    const config = readConfig(vars)
    expect(config.auth.mode === 'locked').toBe(problem !== null)
    expect(config.problems.map(({ name }) => name)).toEqual(problem === null ? [] : [problem])
  })

  it('takes over who may see the data', () => {
    const token = readConfig({ API_TOKEN: 'x'.repeat(32) }).auth
    expect(token.mode === 'token' && token.token.reveal()).toBe('x'.repeat(32))
    const access = { AUTH_MODE: 'access', ACCESS_AUD: ' aud ' }
    for (const domain of ['team.cloudflareaccess.com', 'https://team.cloudflareaccess.com//']) {
      expect(readConfig({ ...access, ACCESS_TEAM_DOMAIN: domain }).auth).toEqual({
        mode: 'access',
        teamDomain: 'team.cloudflareaccess.com',
        audience: 'aud',
      })
    }
    expect(readConfig({ ...access, ACCESS_TEAM_DOMAIN: 'team.example/https://' }).auth.mode).toBe('locked')
  })
})
