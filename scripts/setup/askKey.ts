import { withoutQuotes } from '../../src/config/withoutQuotes.ts'
import { Secret } from '../../src/secret.ts'
import { type KeyFacts, tryKey } from '../installation/tryKey.ts'
import { configOf } from '../installation/tryReceivers.ts'
import { grouped, Trouble } from '../installation/words.ts'
import type { Settings } from '../settings.ts'
import type { Desk } from './desk.ts'

export const ADMIN_KEYS = 'https://platform.openai.com/settings/organization/admin-keys'

/** The key to set, tried; null: the one that is set already stays. `given` says where a key is and what else is set. */
export async function askKey(desk: Desk, given: Settings, isSet: boolean): Promise<string | null> {
  if (given.OPENAI_ADMIN_KEY !== undefined) {
    const { fault } = await tell(desk, given.OPENAI_ADMIN_KEY, given)
    if (fault === null) return withoutQuotes(given.OPENAI_ADMIN_KEY)
    if (!desk.asks) throw new Trouble(fault.message, fault.action)
    desk.warn(`${fault.message}\n${fault.action}`)
  } else if (isSet) {
    const keeps = !desk.asks || (await desk.confirm('OPENAI_ADMIN_KEY is set already. Keep it?'))
    if (keeps) return null
  }
  if (!desk.asks) {
    throw new Trouble(
      'OPENAI_ADMIN_KEY is not in the environment, and none is set yet.',
      `Create an admin key with the scope api.usage.read: ${ADMIN_KEYS}`,
      'Put it into the environment of this command (not into its arguments), then run it again.',
    )
  }
  desk.say(
    `The admin key: ${ADMIN_KEYS}\nScope api.usage.read; with api.management.read too, projects, keys and people are shown by name.`,
  )
  for (;;) {
    const key = withoutQuotes(await desk.secret('OPENAI_ADMIN_KEY (not shown)', wrongWith))
    const { fault } = await tell(desk, key, given)
    if (fault === null) return key
    desk.warn(`${fault.message}\n${fault.action}`)
  }
}

function wrongWith(value: string): string | undefined {
  const key = withoutQuotes(value)
  if (key === '') return 'A key is needed to count anything.'
  if (!/^[\x21-\x7e]+$/.test(key)) return 'It holds spaces, line breaks or other characters that no key has.'
  if (/^sk-(proj|svcacct)-/.test(key))
    return "This is a project's key, which cannot read usage. It must be an admin key (sk-admin-...)."
  return undefined
}

async function tell(desk: Desk, key: string, given: Settings): Promise<KeyFacts> {
  desk.doing = 'trying the key'
  const config = configOf({ ...given, OPENAI_ADMIN_KEY: key })
  const facts = await tryKey(config.adminKey ?? new Secret(withoutQuotes(key)), config)
  if (facts.fault === null) for (const line of factLines(facts, config.baseUrl)) desk.done(line)
  return facts
}

function factLines({ organisation, simulated, today, projects, scopes }: KeyFacts, baseUrl: string): string[] {
  const who =
    organisation ?? (projects === null ? 'an organization that does not tell its name' : projectWords(projects))
  const names = scopes['api.management.read']
    ? 'api.usage.read and api.management.read: names are shown'
    : 'api.usage.read alone: ids are shown in place of names'
  return [
    `The key reads ${who}${simulated ? `, which is SIMULATED (${new URL(baseUrl).host})` : ''}.`,
    `Today so far (UTC): premium ${grouped(today.premium)}, mini ${grouped(today.mini)} tokens.`,
    `Scopes: ${names}.`,
  ]
}

function projectWords(projects: readonly string[]): string {
  const shown = projects.slice(0, 3).join(', ')
  return `an organization with ${projects.length} projects (${shown}${projects.length > 3 ? ', ...' : ''})`
}
