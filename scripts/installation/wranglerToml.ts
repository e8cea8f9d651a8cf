import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// wrangler.toml belongs to whoever runs the tracker: a value is changed where it stands, and all else stays as it is.

export interface WranglerToml {
  name: string
  accountId: string | null
  databaseName: string
  databaseId: string | null
  /** The text values of `[vars]`. */
  vars: Record<string, string>
  crons: string[]
}

const FILE = 'wrangler.toml'

export function readToml(root: string): WranglerToml {
  const text = readFileSync(join(root, FILE), 'utf8')
  const [top = ''] = text.split(/^\s*\[/m)
  const vars = [...sectionOf(text, 'vars').matchAll(/^[ \t]*(\w+)\s*=\s*["'](.*)["']/gm)]
  return {
    name: valueIn(top, 'name') ?? 'openai-usage-tracker',
    accountId: valueIn(top, 'account_id'),
    databaseName: valueIn(text, 'database_name') ?? 'oai-usage',
    databaseId: valueIn(text, 'database_id'),
    vars: Object.fromEntries(vars.map(([, name = '', value = '']) => [name, value])),
    crons: [...sectionOf(text, 'triggers').matchAll(/["']([^"']+)["']/g)].map(([, cron = '']) => cron),
  }
}

/** Sets a value before the first section (`name`, `account_id`); it is put below the name where it is not there yet. */
export function setTop(root: string, key: 'name' | 'account_id', value: string): void {
  change(root, text => {
    const line = `${key} = "${value}"`
    const held = new RegExp(`^${key}\\s*=.*$`, 'm')
    return held.test(text) ? text.replace(held, line) : text.replace(/^(name\s*=.*)$/m, `$1\n${line}`)
  })
}

/** Changes a value that `[vars]` has. */
export function setVar(root: string, name: string, value: string): void {
  change(root, text => {
    const section = sectionOf(text, 'vars')
    const changed = section.replace(
      new RegExp(`^([ \\t]*${name}\\s*=\\s*).*$`, 'm'),
      (_, start) => start + JSON.stringify(value),
    )
    return text.replace(section, () => changed)
  })
}

function change(root: string, how: (text: string) => string): void {
  const path = join(root, FILE)
  const before = readFileSync(path, 'utf8')
  const after = how(before)
  if (after === before) return
  // Whole or not at all, whenever this ends.
  writeFileSync(`${path}.new`, after)
  renameSync(`${path}.new`, path)
}

function valueIn(text: string, key: string): string | null {
  return new RegExp(`^${key}\\s*=\\s*["'](.*)["']`, 'm').exec(text)?.[1] ?? null
}

/** From the heading of a section to the next. */
function sectionOf(text: string, name: string): string {
  return new RegExp(`^\\[${name}\\][^\\n]*\\n(?:(?!\\s*\\[)[^\\n]*\\n?)*`, 'm').exec(text)?.[0] ?? ''
}
