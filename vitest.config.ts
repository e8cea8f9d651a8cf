import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { answerChecks } from './test/workerd/contract/answerChecks.ts'

const { FUZZ_RUNS, FUZZ_SEED } = process.env

// Not UTC: whatever leans on the machine's zone shows.
process.env.TZ = 'America/St_Johns'

export default defineConfig({
  test: {
    provide: { fuzz: { times: Number(FUZZ_RUNS ?? 1), seed: FUZZ_SEED === undefined ? null : Number(FUZZ_SEED) } },
    projects: [
      {
        test: {
          name: 'pure',
          environment: 'node',
          include: ['test/pure/**/*.test.ts', 'test/laws/**/*.test.ts'],
          // Properties take long on a machine that does other things too.
          testTimeout: 15_000,
        },
      },
      {
        plugins: [
          answerChecks(),
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                LIVES: process.env.LIVES ?? '',
                FIRST_LIFE: process.env.FIRST_LIFE ?? '',
              },
            },
          })),
        ],
        test: {
          name: 'workerd',
          include: ['test/workerd/**/*.test.ts'],
          setupFiles: ['test/workerd/security/watchEveryTest.ts', 'test/workerd/contract/holdEveryTest.ts'],
          testTimeout: 15_000,
        },
      },
    ],
  },
})
