import type { Job } from '../engine/job.ts'
import { LASTING_FAULTS } from './lastingScenario.ts'

const BRAKE_LIVES = 8

/** One very old, two large, each fault that lasts, and some with the brake. The longest come first, so that both threads end together. */
export function longLives(): Job[] {
  return [
    { seed: 1, alphabet: 'age' },
    { seed: 1, alphabet: 'size' },
    { seed: 2, alphabet: 'size' },
    ...Array.from({ length: BRAKE_LIVES }, (_, index): Job => ({ seed: index + 1, alphabet: 'brake' })),
    ...Array.from(
      { length: LASTING_FAULTS },
      (_, index): Job => ({ seed: LASTING_FAULTS - index, alphabet: 'lasting' }),
    ),
  ]
}
