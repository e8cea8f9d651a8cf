import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { VAR_NAMES } from '../src/config/readConfig.ts'

export type Settings = Partial<Record<(typeof VAR_NAMES)[number], string>>

/** What `.dev.vars` says (`.env` where there is none, as wrangler reads them). */
export function fileSettings(root: string): Settings {
  for (const name of ['.dev.vars', '.env']) {
    try {
      return known(parseEnv(readFileSync(join(root, name), 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return {}
}

export function environmentSettings(env: NodeJS.ProcessEnv): Settings {
  return known(env)
}

/** True where `[vars]` of wrangler.toml decides it. */
export function isSetInWranglerToml(root: string, name: string): boolean {
  return new RegExp(`^\\s*${name}\\s*=`, 'm').test(readFileSync(join(root, 'wrangler.toml'), 'utf8'))
}

/**
 * Settings go to wrangler in a file that only its owner can read: an argument would show the admin key to every user of
 * the machine.
 */
export function writeEnvFile(path: string, settings: Settings): void {
  mkdirSync(dirname(path), { recursive: true })
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`)
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** A value as such files hold it: wrangler expands `$NAME` in them, in quotes too. */
export function quoted(value: string): string {
  const mark = ["'", '`', '"'].find(candidate => !value.includes(candidate)) ?? "'"
  return `${mark}${value.replaceAll('$', '\\$')}${mark}`
}

function known(values: Record<string, string | undefined>): Settings {
  const entries = VAR_NAMES.map(name => [name, values[name]?.trim()] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}
