import { randomBytes } from 'node:crypto'
import { DEV_VARS, writeDevVars } from '../installation/devVars.ts'
import { readToml } from '../installation/wranglerToml.ts'
import { fileSettings, type Settings } from '../settings.ts'
import { ROOT } from '../wrangler.ts'
import { askKey } from './askKey.ts'
import { askLimits } from './askLimits.ts'
import { askReceivers } from './askReceivers.ts'
import type { Desk } from './desk.ts'

/** Settings and secrets into `.dev.vars`, from which `npm start` and `npm run dev` read. Each answer is kept as soon as it is given. */
export async function setUpLocally(desk: Desk, given: Settings, { newToken }: { newToken: boolean }): Promise<void> {
  const held = fileSettings(ROOT)
  const keep = (settings: Settings) => {
    const news = Object.entries(settings).filter(([name, value]) => held[name as keyof Settings] !== value)
    if (news.length > 0) writeDevVars(ROOT, Object.fromEntries(news))
  }
  const key = await askKey(desk, { ...held, ...given }, held.OPENAI_ADMIN_KEY !== undefined)
  keep({ ...given, ...(key !== null && { OPENAI_ADMIN_KEY: key }) })
  keep(await askLimits(desk, given, { ...readToml(ROOT).vars, ...held }))
  const receivers = await askReceivers(desk, given, held.ALERT_WEBHOOK_URL !== undefined)
  if (receivers !== null) keep({ ALERT_WEBHOOK_URL: receivers })
  const makes = newToken || (held.API_TOKEN ?? given.API_TOKEN) === undefined
  if (makes) {
    const token = randomBytes(32).toString('hex')
    keep({ API_TOKEN: token })
    desk.done(`API_TOKEN was made. It is shown this once, and is kept in ${DEV_VARS}:\n${token}`)
  } else desk.done(`API_TOKEN stays as ${DEV_VARS} has it.`)
  desk.close(`${DEV_VARS} is written, and only you may read it. Next: npm start`)
}
