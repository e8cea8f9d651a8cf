import { kindVars } from '../scenario/kindSettings.ts'
import type { Settings } from '../scenario/scenario.ts'
import { HEARTBEAT_URL } from './heartbeats.ts'
import type { Vars } from './platform.ts'
import { RECEIVER_URLS } from './receivers.ts'

/** The variables of a deploy. */
export function varsOf(minutes: number, key: string, settings: Required<Settings>): Vars {
  return {
    OPENAI_ADMIN_KEY: key,
    POLL_CRON: minutes >= 60 ? `0 */${minutes / 60} * * *` : `*/${minutes} * * * *`,
    PREMIUM_TIER_LIMIT: String(settings.premiumLimit),
    MINI_TIER_LIMIT: String(settings.miniLimit),
    ALERT_THRESHOLD: settings.thresholds.join(','),
    ALERT_WEBHOOK_URL: settings.receivers.map(index => RECEIVER_URLS[index]).join(' '),
    AUTH_MODE: 'open',
    ...kindVars(settings, HEARTBEAT_URL),
  }
}
