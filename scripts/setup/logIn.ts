import { spawnSync } from 'node:child_process'
import { type Cloudflare, openCloudflare } from '../installation/cloudflare.ts'
import { Trouble } from '../installation/words.ts'
import { ROOT, WRANGLER } from '../wrangler.ts'
import type { Desk } from './desk.ts'

const BY_TOKEN =
  'Or set CLOUDFLARE_API_TOKEN to a token made from the template "Edit Cloudflare Workers", with D1: Edit added: ' +
  'https://dash.cloudflare.com/profile/api-tokens'

/** The login at Cloudflare; where there is none, wrangler's own, in the browser. */
export async function logIn(desk: Desk): Promise<Cloudflare> {
  desk.doing = 'logging in at Cloudflare'
  const held = await openCloudflare(process.env)
  if (held !== null) return held
  if (!desk.asks) throw new Trouble('Nobody is logged in at Cloudflare.', 'npx wrangler login', BY_TOKEN)
  desk.say('Nobody is logged in at Cloudflare: wrangler opens the browser for that.')
  spawnSync(process.execPath, [WRANGLER, 'login'], { cwd: ROOT, stdio: 'inherit' })
  const now = await openCloudflare(process.env)
  if (now === null) throw new Trouble('The login at Cloudflare did not come about.', 'npx wrangler login', BY_TOKEN)
  return now
}
