import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VAR_NAMES } from '../../../src/config/readConfig.ts'

// What a stranger reads and types: links, anchors, commands, options, paths, examples and settings of every page.

interface Page {
  path: string
  text: string
}

const TRACKED = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter(path => path !== '' && existsSync(path))
const FOLDERS = new Set(TRACKED.flatMap(path => foldersOf(path)))
const PAGES: Page[] = TRACKED.filter(path => path.endsWith('.md')).map(path => ({
  path,
  text: readFileSync(path, 'utf8'),
}))
const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>
  repository: { url: string }
  cloudflare: { bindings: Record<string, { description: string }> }
}

function foldersOf(path: string): string[] {
  const folder = dirname(path)
  return folder === '.' ? [] : [folder, ...foldersOf(folder)]
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

/** Links that lead nowhere, each with the page that has it. */
function deadLinks(
  pages: readonly Page[],
  exists: (path: string) => boolean,
  anchors: (path: string) => string[],
): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter(target => {
        if (/^https:\/\//.test(target)) return !URL.canParse(target)
        if (/^[a-z]+:/.test(target)) return true
        const [file = '', anchor] = target.split('#')
        const to = file === '' ? path : normalize(join(dirname(path), file))
        return !exists(to) || (anchor !== undefined && !anchors(to).includes(anchor))
      })
      .map(target => `${path}: ${target}`),
  )
}

/** Commands that npm would not know, and options that their help does not have. */
function unknownCommands(pages: readonly Page[], scripts: Record<string, string>): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:--silent )?)?(start|test|[a-z]+(?::[a-z0-9]+)*)\b(?: -- ([^`\n|),;]*))?/g)]
      .filter(([command, name = '', options = '']) => {
        if (!command.startsWith('npm run') && name !== 'start' && name !== 'test') return false
        const help = helpOf(scripts[name])
        return scripts[name] === undefined || (options.match(/--[a-z-]+/g) ?? []).some(option => !help.includes(option))
      })
      .map(([command]) => `${path}: ${command}`),
  )
}

function helpOf(script = ''): string {
  const file = /\bnode (\S+)/.exec(script)?.[1]
  const texts = file === undefined ? [] : [file, file.replace('run.mjs', 'doctor.ts')].filter(existsSync)
  return texts.map(text => readFileSync(text, 'utf8').replaceAll(/(['"]?)([a-z-]+)\1: \{ type: '/g, '--$2')).join('\n')
}

const OURS =
  /`((?:src|docs|test|scripts|simulator|migrations|bench|integrations)\/[\w./-]+|\.ci\/run|wrangler\.toml|package\.json)`/g

/** Paths of this project that are not there. A test may be named without its ending. */
function missingPaths(pages: readonly Page[], exists: (path: string) => boolean): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(OURS)]
      .map(([, named = '']) => named.replace(/\/$/, ''))
      .filter(named => !exists(named) && !['.ts', '.test.ts'].some(ending => exists(named + ending)))
      .map(named => `${path}: ${named}`),
  )
}

/** Examples of JSON that are none. One that is cut short says so by dots. */
function badExamples(pages: readonly Page[]): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`(\{"[^`]*\})`/g)]
      .map(([, example = '']) => example)
      .filter(example => !example.includes('...') && !isJson(example))
      .map(example => `${path}: ${example}`),
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll('\\|', '|'))
    return true
  } catch {
    return false
  }
}

const exists = (path: string) => path === '.' || TRACKED.includes(path) || FOLDERS.has(path)
const anchors = (path: string) => (path.endsWith('.md') ? anchorsOf(readFileSync(path, 'utf8')) : [])
const page = (text: string): Page[] => [{ path: 'docs/a.md', text }]

describe('pages', () => {
  it('link to what is there', () => {
    expect(PAGES.length).toBeGreaterThan(10)
    expect(deadLinks(PAGES, exists, anchors)).toEqual([])
    const planted =
      '[a](gone.md) [b](cost.md#gone) [c](http://x.example) [d](https://) [e](cost.md) [f](https://x.example/a)'
    expect(deadLinks(page(planted), exists, anchors)).toHaveLength(4)
  })

  it('name commands and options that there are', () => {
    expect(unknownCommands(PAGES, MANIFEST.scripts)).toEqual([])
    const planted = '`npm run gone` `npm start -- --gone` `npm run setup -- --local` `npm ci && npm test`'
    expect(unknownCommands(page(planted), MANIFEST.scripts)).toHaveLength(2)
  })

  it('name files and folders that there are', () => {
    expect(missingPaths(PAGES, exists)).toEqual([])
    expect(missingPaths(page('`src/gone.ts` `src/models.ts` `test/laws`'), exists)).toHaveLength(1)
  })

  it('show JSON that is JSON', () => {
    expect(badExamples(PAGES)).toEqual([])
    expect(badExamples(page('`{"a":1,}` `{"a":...}` `{"a":1}`'))).toHaveLength(1)
  })
})

describe('docs/configuration.md', () => {
  const rows = readFileSync('docs/configuration.md', 'utf8')
    .split('\n')
    .filter(line => /^\| `[A-Z]/.test(line))
    .map(line => line.split(' | '))

  it('has every setting, once, and nothing that is none', () => {
    const named = rows.flatMap(([names = '']) => [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name))
    expect([...named].sort()).toEqual([...VAR_NAMES].sort())
  })

  it('says of each what it is when it is not set, and what it means', () => {
    const short = rows.filter(
      ([, , ...meaning]) =>
        meaning
          .join(' | ')
          .replace(/\|\s*$/, '')
          .trim().length < 10,
    )
    expect(short).toEqual([])
  })
})

describe('what the Deploy button reads', () => {
  const asked = [...readFileSync('.dev.vars.example', 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm)]

  it('asks for the two secrets that are needed, and puts nothing into their place', () => {
    expect(asked.map(([, name, value]) => [name, value])).toEqual([
      ['OPENAI_ADMIN_KEY', ''],
      ['API_TOKEN', ''],
    ])
  })

  it('describes what it asks for, and all of [vars]', () => {
    const toml = readFileSync('wrangler.toml', 'utf8')
    const vars = [...(toml.split(/^\[vars\]$/m)[1]?.split(/^\[/m)[0] ?? '').matchAll(/^(\w+) =/gm)].map(
      ([, name]) => name,
    )
    const described = Object.keys(MANIFEST.cloudflare.bindings)
    expect([...asked.map(([, name]) => name), ...vars].filter(name => !described.includes(name ?? ''))).toEqual([])
  })

  it('is of the repository that package.json names', () => {
    const repository = MANIFEST.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
    expect(readFileSync('README.md', 'utf8')).toContain(`https://deploy.workers.cloudflare.com/?url=${repository})`)
  })
})
