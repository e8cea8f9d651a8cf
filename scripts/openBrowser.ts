import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/**
 * Opens `url` in the browser of this machine ($BROWSER, where it is set), by a page of our own that only its owner may read: the
 * address may hold the token, and every user of the machine can see the arguments of a program. False where there is no browser.
 */
export function openBrowser(url: string, path: string): Promise<boolean> {
  const to = JSON.stringify(url).replaceAll('<', '\\u003c')
  writeFileSync(
    path,
    `<!doctype html><meta charset="utf-8"><title>OpenAI usage</title><script>location.replace(${to})</script>\n`,
    {
      mode: 0o600,
    },
  )
  const file = pathToFileURL(path).href
  const [command, ...args] = opener()
  const child = spawn(command, [...args, file], { stdio: 'ignore', detached: true })
  child.unref()
  return new Promise(done => {
    child.once('error', () => done(false))
    child.once('spawn', () => done(true))
  })
}

function opener(): [string, ...string[]] {
  if (process.env.BROWSER) return [process.env.BROWSER]
  if (process.platform === 'darwin') return ['open']
  return process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
}
