import type { Job } from '../engine/job.ts'
import { LASTING_FAULTS } from './lastingScenario.ts'

/** Each planted mistake of the brake is met by one of these. */
const BRAKE_SEEDS = [44, 11, 10, 7, 6, 5, 3, 2, 1]

/** One very old, two large, each fault that lasts, and some with the brake. The longest come first, so that both threads end together. */
export function longLives(): Job[] {
  return [
    { seed: 1, alphabet: 'age' },
    { seed: 1, alphabet: 'size' },
    { seed: 2, alphabet: 'size' },
    ...BRAKE_SEEDS.map((seed): Job => ({ seed, alphabet: 'brake' })),
    ...Array.from(
      { length: LASTING_FAULTS },
      (_, index): Job => ({ seed: LASTING_FAULTS - index, alphabet: 'lasting' }),
    ),
  ]
}
