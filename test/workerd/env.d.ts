import type { D1Migration } from '@cloudflare/vitest-pool-workers'
import type { Vars } from '../../src/config/readConfig.ts'
import type { UsageTracker } from '../../src/tracker/usageTracker.ts'

declare global {
  interface ImportMeta {
    /** Of Vite: the files that match, here as text. */
    glob(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>
  }
  namespace Cloudflare {
    /** What vitest.config.ts and wrangler.toml bind. */
    interface Env extends Vars {
      DB: D1Database
      USAGE_TRACKER: DurableObjectNamespace<UsageTracker>
      TEST_MIGRATIONS: D1Migration[]
    }
  }
}
