import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Exact, so that two scores can be compared; fetched when it is needed (docs/decisions/0009). */
const VERSION = '10.1.1'
const CONCURRENCY = 2
/** One room. */
const LONGEST_MS = 30 * 60_000

export type Status = 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'CompileError' | 'RuntimeError' | 'Ignored'

/** One change of one place; `original` and `replacement` are the code there before and after. */
export interface Mutant {
  file: string
  line: number
  mutator: string
  status: Status
  original: string
  replacement: string
}

/** Installs Stryker into `folder`, beside a copy of the working tree, and lets it use this project's own Vitest. */
export function install(folder: string): void {
  const packages = ['core', 'vitest-runner'].map(name => `@stryker-mutator/${name}@${VERSION}`)
  // Legacy: a second Vitest, which npm would install as a peer, is not wanted.
  const flags = ['--no-save', '--no-audit', '--no-fund', '--legacy-peer-deps', '--ignore-scripts']
  execFileSync('npm', ['install', '--prefix', folder, ...flags, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const modules = join(process.cwd(), 'node_modules')
  symlinkSync(join(modules, 'vitest'), join(folder, 'node_modules', 'vitest'))
  const tree = treeIn(folder)
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const path of listed.toString().split('\0')) {
    // No file: deleted and not yet committed so, or a link to a folder.
    if (path === '' || !statSync(path, { throwIfNoEntry: false })?.isFile()) continue
    mkdirSync(join(tree, dirname(path)), { recursive: true })
    copyFileSync(path, join(tree, path))
  }
  symlinkSync(modules, join(tree, 'node_modules'))
}

/** Runs the mutants of some files and returns what became of each. */
export function mutate(folder: string, globs: readonly string[]): Mutant[] {
  const tree = treeIn(folder)
  const options = {
    testRunner: 'vitest',
    plugins: [join(folder, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    mutate: globs,
    coverageAnalysis: 'perTest',
    concurrency: CONCURRENCY,
    // The tree is a copy.
    inPlace: true,
    reporters: ['json'],
    jsonReporter: { fileName: 'report.json' },
    logLevel: 'error',
    // Stryker would rewrite a tsconfig with a TypeScript that has an API; ours has none, and Vitest reads no types.
    tsconfigFile: 'none.json',
  }
  writeFileSync(join(tree, 'stryker.conf.json'), JSON.stringify(options))
  const bin = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  execFileSync(process.execPath, [bin, 'run', 'stryker.conf.json'], {
    cwd: tree,
    stdio: 'inherit',
    timeout: LONGEST_MS,
  })
  return mutantsIn(JSON.parse(readFileSync(join(tree, 'report.json'), 'utf8')) as Report)
}

/** Stryker's report, as far as it is read here (mutation-testing-report-schema). Lines and columns count from 1. */
interface Report {
  files: Record<string, { source: string; mutants: ReportedMutant[] }>
}

interface ReportedMutant {
  mutatorName: string
  replacement?: string
  status: Status
  location: { start: { line: number; column: number }; end: { line: number; column: number } }
}

function mutantsIn({ files }: Report): Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n')
    const offset = ({ line, column }: { line: number; column: number }) =>
      lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1
    return mutants.map(({ mutatorName, replacement = '', status, location: { start, end } }) => ({
      file,
      line: start.line,
      mutator: mutatorName,
      status,
      original: source.slice(offset(start), offset(end)),
      replacement,
    }))
  })
}

function treeIn(folder: string): string {
  return join(folder, 'tree')
}
