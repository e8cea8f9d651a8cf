import type { Job } from '../engine/job.ts'
import { LASTING_FAULTS } from './lastingScenario.ts'

/** One very old, two large, and each fault that lasts. The longest come first, so that both threads end together. */
export function longLives(): Job[] {
  return [
    { seed: 1, alphabet: 'age' },
    { seed: 1, alphabet: 'size' },
    { seed: 2, alphabet: 'size' },
    ...Array.from(
      { length: LASTING_FAULTS },
      (_, index): Job => ({ seed: LASTING_FAULTS - index, alphabet: 'lasting' }),
    ),
  ]
}
