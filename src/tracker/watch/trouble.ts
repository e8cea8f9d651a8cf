import type { Config } from '../../config/readConfig.ts'
import { type FaultWords, faultWords } from '../../openai/upstreamFault.ts'
import type { PollState } from '../store/pollState.ts'

const NO_KEY: FaultWords = {
  code: 'not_configured',
  message: 'OPENAI_ADMIN_KEY is required',
  action:
    'Create an admin key (not a project key) at https://platform.openai.com/settings/organization/admin-keys and ' +
    'set it: npx wrangler secret put OPENAI_ADMIN_KEY (locally: in .dev.vars).',
}

/** What keeps the tracker from knowing what is used, in words for an operator; null while nothing does. */
export function troubleOf({ fault }: PollState, { adminKey }: Config): FaultWords | null {
  if (adminKey === null) return NO_KEY
  return fault === null ? null : faultWords(fault)
}
