import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** How a Worker is bundled: esbuild's own account of it. */
export interface Metafile {
  outputs: Record<string, { bytes: number; inputs: Record<string, { bytesInOutput: number }> }>
}

/** Bundles a Worker into a folder by the tool that deploys it, without deploying. */
export function bundle(
  folder: string,
  { config, minify }: { config: string; minify: boolean },
): { script: string; meta: Metafile; files: string[] } {
  const meta = join(folder, 'meta.json')
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  const args = ['deploy', '--dry-run', '--outdir', folder, '--config', config, '--metafile', meta]
  const { status, stdout, stderr } = spawnSync(process.execPath, [wrangler, ...args, ...(minify ? ['--minify'] : [])], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' },
  })
  if (status !== 0) throw new Error(`wrangler could not bundle ${config}:\n${stdout}\n${stderr}`)
  const files = readdirSync(folder).filter(name => /\.(m?js|wasm)$/.test(name))
  return {
    script: readFileSync(join(folder, 'index.js'), 'utf8'),
    meta: JSON.parse(readFileSync(meta, 'utf8')) as Metafile,
    files: files.map(name => join(folder, name)),
  }
}
