// How large the Worker is that is deployed: the platform loads all of it for the first request after a pause.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundle, type Metafile } from './bundle.ts'
import { count, Report } from './report.ts'

const MOST_KIB = 80
const PARTS_SHOWN = 14

const folder = mkdtempSync(join(tmpdir(), 'tracker-size-'))
try {
  const { meta, files } = bundle(folder, { config: 'wrangler.toml', minify: true })
  const gzipped = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0)
  const report = new Report()
  report.text(`## The Worker

\`wrangler deploy --dry-run\`, minified. Parts before compression; together they are ${kib(partsOf(meta).reduce((sum, [, bytes]) => sum + bytes, 0))} KiB.
`)
  report.table(
    ['Worker', 'KiB', 'At most'],
    [['gzipped', report.bounded('the Worker, gzipped, KiB', gzipped / 1024, MOST_KIB, kib(gzipped)), String(MOST_KIB)]],
  )
  report.table(
    ['Largest parts', 'KiB'],
    partsOf(meta)
      .slice(0, PARTS_SHOWN)
      .map(([name, bytes]) => [name, kib(bytes)]),
  )
  report.end()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A package, or a room of the source, with its bytes; largest first. */
function partsOf({ outputs }: Metafile): [string, number][] {
  const parts = new Map<string, number>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name =
        /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? /src\/[^/]+\/(?=[^/])/.exec(file)?.[0] ?? 'other'
      parts.set(name, (parts.get(name) ?? 0) + bytesInOutput)
    }
  }
  return [...parts].sort((a, b) => b[1] - a[1])
}

function kib(bytes: number): string {
  return count(Math.round((bytes / 1024) * 10) / 10)
}
