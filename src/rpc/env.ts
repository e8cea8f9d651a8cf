import type { Vars } from '../config/readConfig.ts'
import type { LocationHint } from '../config/readLocationHint.ts'
import type { EmailBinding } from '../receivers/emailBinding.ts'
import type { TrackerStub } from './trackerStub.ts'

/** What the platform binds: wrangler.toml, secrets and `--var`. */
export interface Env extends Vars {
  DB: D1Database
  ASSETS?: Fetcher
  /** Where wrangler.toml binds `[[send_email]]`. */
  EMAIL?: EmailBinding
  /** The part of DurableObjectNamespace that the API uses, so that a test can hand in a fake. */
  USAGE_TRACKER: { getByName(name: string, options?: { locationHint?: LocationHint }): TrackerStub }
}
