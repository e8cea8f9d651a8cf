import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// The laws of the design (docs/architecture.md): each is a function from files to the lines that break it, held against
// the tree and against planted violations, so that a law which no longer sees anything is noticed.

interface File {
  path: string
  text: string
}

type Law = (files: readonly File[]) => string[]

const TRACKED: File[] = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter(path => path !== '')
  .flatMap(path => readIfThere(path))
const WORKER = TRACKED.filter(({ path }) => /^src\/(?!dashboard\/).*(?<!\.d)\.ts$/.test(path))

function readIfThere(path: string): File[] {
  try {
    return [{ path, text: readFileSync(path, 'utf8') }]
  } catch {
    // Deleted in the working tree, not yet in the index.
    return []
  }
}

/** `api`, `tracker`, ... or the file's own name for those that lie directly in src/. */
function roomOf(path: string): string {
  const [, first = ''] = path.split('/')
  return first
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function linesMatching(files: readonly File[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    withoutComments(text)
      .split('\n')
      .filter(line => pattern.test(line))
      .map(line => `${path}: ${line.trim()}`),
  )
}

/** Only files that `isDoor` accepts may contain `pattern`. */
function oneDoor(pattern: RegExp, isDoor: (path: string) => boolean): Law {
  return files =>
    linesMatching(
      files.filter(({ path }) => !isDoor(path)),
      pattern,
    )
}

/** A room imports itself and what stands below it. */
const LAYERS: readonly (readonly string[])[] = [
  ['index.ts'],
  ['api', 'tracker'],
  ['rpc'],
  ['config'],
  ['history', 'openai', 'receivers'],
  ['outbox'],
  ['alerts'],
  ['forecast', 'brake'],
  ['usage'],
  ['models.ts'],
  ['wire.ts', 'secret.ts', 'deadline.ts', 'budget.ts', 'retryAfter.ts'],
]

function importsOf({ path, text }: File): string[] {
  const code = withoutComments(text)
  const named = [...code.matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g)].map(
    match => match[1] ?? match[2] ?? '',
  )
  return named.filter(target => target.startsWith('.')).map(target => join(path, '..', target))
}

const importsPointOneWay: Law = files =>
  files.flatMap(file => {
    const from = LAYERS.findIndex(layer => layer.includes(roomOf(file.path)))
    return importsOf(file)
      .filter(target => {
        const to = LAYERS.findIndex(layer => layer.includes(roomOf(target)))
        if (roomOf(file.path) === roomOf(target) && from !== -1) return false
        return from === -1 || to <= from
      })
      .map(target => `${file.path} -> ${target}`)
  })

const noCircles: Law = files => {
  // Types too: two files that need each other are one, or lack a third.
  const known = new Map(files.map(file => [file.path, importsOf(file)]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    else if (!done.has(path)) {
      for (const target of known.get(path) ?? []) visit(target, [...trail, path])
      done.add(path)
    }
  }
  for (const path of known.keys()) visit(path, [])
  return circles
}

const isDashboardImport: Law = files =>
  files
    .filter(({ path }) => path.startsWith('src/dashboard/'))
    .flatMap(file =>
      importsOf(file)
        .filter(target => !target.startsWith('src/dashboard/') && target !== 'src/wire.ts')
        .map(target => `${file.path} -> ${target}`),
    )

/** `fetch(` and `globalThis.fetch(`, not the method `.fetch(` of a stub or its declaration `fetch(request: Request)`; `connect(` of sockets likewise. */
const WORLD_FETCH =
  /(?<![.\w#])fetch\((?!\w+: )|globalThis\.fetch|createRemoteJWKSet\(|\bnew WebSocket\(|(?<![.\w])connect\(/
const fetchDoors = oneDoor(
  WORLD_FETCH,
  path => /^src\/(openai|receivers)\//.test(path) || path === 'src/api/auth/accessJwt.ts',
)

const D1_SQL = /\.prepare\(|\bD1PreparedStatement\b|\.batch\(/
const d1Doors = oneDoor(D1_SQL, path => path.startsWith('src/history/'))

const OBJECT_SQL =
  /\bsql\.(all|exec)\b|storage\.(sql|kv|put|get|delete|list|transaction)\b|\b(SELECT\b.*\bFROM|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|INDEX))\b/
const objectSqlDoors = oneDoor(
  OBJECT_SQL,
  path => path.startsWith('src/tracker/store/') || path.startsWith('src/history/'),
)

const CLOCK = /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|performance\.now|\bnew Date\b(?!\()/
const clockDoors = oneDoor(CLOCK, path => path === 'src/tracker/usageTracker.ts' || path === 'src/api/handleRequest.ts')
const alarmDoors = oneDoor(/\b(setAlarm|deleteAlarm)\b/, path => path === 'src/tracker/usageTracker.ts')
const randomDoors = oneDoor(/\bMath\.random\b/, path => path === 'src/tracker/usageTracker.ts')

const WORLD =
  /\b(fetch|setTimeout|setInterval|queueMicrotask|scheduler|crypto|performance|process|console|caches|navigator)\b\s*[.(]|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\benv\b|\bimport\.meta\b|cloudflare:|node:/
const pureRooms: Law = files =>
  linesMatching(
    files.filter(({ path }) => /^src\/(usage|forecast|brake|alerts|outbox)\/|^src\/models\.ts$/.test(path)),
    WORLD,
  )

const ANY =
  /(?::|\bas|<|,|\||&|=|\bextends)\s*any\b(?=\s*[;,)>\]|&={[]|\s*$)|\bany\[\]|@ts-(ignore|nocheck)|noExplicitAny/
const noAny: Law = files => files.filter(({ path }) => /\.tsx?$/.test(path)).flatMap(typesAny)
function typesAny({ path, text }: File): string[] {
  // Suppressions stand in comments, so comments are read too; prose does not put `any` behind a colon or bracket.
  return text
    .split('\n')
    .filter(line => ANY.test(line))
    .map(line => `${path}: ${line.trim()}`)
}

const SELF = 'test/laws/laws.test.ts'
const MACHINE =
  /https?:\/\/[\w.-]*\b(registry|npmmirror|artifactory|nexus|verdaccio)\b|registry\.(npmjs|yarnpkg)|(?<![\w.$~}{/])\/(home|root|Users|work|tmp)\/[\w.-]+/
const namesNoMachine: Law = files =>
  files
    .filter(({ path }) => path !== SELF)
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter(line => MACHINE.test(line))
        .map(line => `${path}: ${line.trim()}`),
    )

const LAWS: { name: string; law: Law; over: readonly File[]; planted: File[] }[] = [
  {
    name: 'imports point one way: index -> api, tracker -> history, openai, receivers -> outbox -> alerts -> forecast -> usage, models',
    law: importsPointOneWay,
    over: WORKER,
    planted: [
      { path: 'src/usage/a.ts', text: "import { x } from '../alerts/crossings.ts'" },
      { path: 'src/history/a.ts', text: "import type { x } from '../openai/readUsage.ts'" },
      { path: 'src/tracker/a.ts', text: "export { x } from '../api/routes.ts'" },
      { path: 'src/wire.ts', text: "import { x } from './config/readConfig.ts'" },
      { path: 'src/secret.ts', text: "const x = await import('./config/readConfig.ts')" },
      { path: 'src/newroom/a.ts', text: "import { x } from '../wire.ts'" },
    ],
  },
  {
    name: 'no file imports itself through others',
    law: noCircles,
    over: WORKER,
    planted: [{ path: 'src/usage/a.ts', text: "import { x } from './a.ts'" }],
  },
  {
    name: 'the page knows the wire and nothing else of the Worker',
    law: isDashboardImport,
    over: TRACKED,
    planted: [{ path: 'src/dashboard/page/a.ts', text: "import { x } from '../../usage/utcDay.ts'" }],
  },
  {
    name: 'only openai and receivers talk to the world, and api/auth/accessJwt.ts through jose',
    law: fetchDoors,
    over: WORKER,
    planted: [
      { path: 'src/tracker/a.ts', text: 'await fetch(url)' },
      { path: 'src/api/a.ts', text: 'return globalThis.fetch(url)' },
    ],
  },
  {
    name: 'D1 SQL is in history only',
    law: d1Doors,
    over: WORKER,
    planted: [{ path: 'src/api/a.ts', text: 'env.DB.prepare(x)' }],
  },
  {
    name: 'SQL of the object is in tracker/store only',
    law: objectSqlDoors,
    over: WORKER,
    planted: [
      { path: 'src/tracker/a.ts', text: "ports.sql.all('x')" },
      { path: 'src/tracker/b.ts', text: "ctx.storage.put('x', 1)" },
      { path: 'src/tracker/c.ts', text: "const q = 'SELECT * FROM day'" },
    ],
  },
  {
    name: 'the clock is read in the object’s class and in handleRequest only',
    law: clockDoors,
    over: WORKER,
    planted: [
      { path: 'src/tracker/a.ts', text: 'const now = Date.now()' },
      { path: 'src/api/a.ts', text: 'const now = new Date()' },
      { path: 'src/api/b.ts', text: 'const now = new Date' },
    ],
  },
  {
    name: 'the alarm is set in the object’s class only',
    law: alarmDoors,
    over: WORKER,
    planted: [{ path: 'src/tracker/a.ts', text: 'ctx.storage.setAlarm(1)' }],
  },
  {
    name: 'randomness of schedules comes from the object’s class only',
    law: randomDoors,
    over: WORKER,
    planted: [{ path: 'src/tracker/a.ts', text: 'Math.random()' }],
  },
  {
    name: 'usage, forecast, brake, alerts, outbox and models know no clock, network, environment or chance',
    law: pureRooms,
    over: WORKER,
    planted: [
      { path: 'src/usage/a.ts', text: 'const now = Date.now()' },
      { path: 'src/alerts/a.ts', text: 'await fetch(url)' },
      { path: 'src/outbox/a.ts', text: 'setTimeout(x, 1)' },
      { path: 'src/models.ts', text: 'process.env.MODELS' },
      { path: 'src/outbox/b.ts', text: 'Math.random()' },
      { path: 'src/alerts/b.ts', text: "console.log('x')" },
    ],
  },
  {
    name: 'nothing is typed any',
    law: noAny,
    over: TRACKED.filter(({ path }) => path !== SELF),
    planted: [
      { path: 'src/a.ts', text: 'const a: any = 1' },
      { path: 'src/b.ts', text: 'f(x as any)' },
      { path: 'test/c.ts', text: 'const m = new Map<string, any>()' },
      { path: 'src/d.ts', text: 'let a: any[]' },
      { path: 'src/e.ts', text: '// @ts-ignore' },
    ],
  },
  {
    name: 'nothing that is tracked names a download host or a path of one machine',
    law: namesNoMachine,
    over: TRACKED,
    planted: [
      { path: '.npmrc', text: 'registry=https://registry.example.com/' },
      { path: 'package-lock.json', text: '"resolved": "https://registry.npmjs.org/x"' },
      { path: 'docs/a.md', text: 'see /home/someone/notes' },
      { path: 'scripts/a.ts', text: "readFile('/root/data/x')" },
    ],
  },
]

describe.each(LAWS)('law: $name', ({ law, over, planted }) => {
  it('holds', () => {
    expect(over.length).toBeGreaterThan(50)
    expect(law(over)).toEqual([])
  })

  it.each(planted)('sees a violation planted in $path', file => {
    expect(law([...over, file])).toHaveLength(1)
  })
})

describe('the ground', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string; resolved?: string }>
  }

  it('locks packages without saying where they were fetched', () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(50)
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  it('has one workerd: the tests run on what wrangler dev runs', () => {
    const versions = Object.entries(lock.packages).filter(([path]) => /(^|\/)node_modules\/workerd$/.test(path))
    expect(versions.map(([path]) => path)).toEqual(['node_modules/workerd'])
    const platform = Object.entries(lock.packages).filter(([path]) => /\/@cloudflare\/workerd-[\w-]+$/.test(path))
    expect(new Set(platform.map(([, { version }]) => version))).toEqual(new Set([versions[0]?.[1].version]))
  })

  it('runs npm scripts on Node 24, whatever Node npm itself was started with', () => {
    expect(process.version).toMatch(/^v24\./)
  })
})
