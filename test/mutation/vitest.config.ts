import { defineConfig } from 'vitest/config'

// Not UTC: whatever leans on the machine's zone shows.
process.env.TZ = 'America/St_Johns'

/** The pure tests of the product; those of the simulator and the fuzzing do not count. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/pure/**/*.test.ts'],
    exclude: ['test/pure/simulator/**', 'test/pure/fuzz/**'],
  },
})
