/** A named sentence that holds or not. One that fails does not stop the others. */
export interface Checks {
  check(sentence: string, run: () => Promise<void>): Promise<void>
  done(): { passed: number; failed: number }
}

const wanted = process.argv[2]

export function startChecks(): Checks {
  let passed = 0
  let failed = 0
  return {
    async check(sentence, run) {
      if (wanted && !sentence.includes(wanted)) return
      const began = performance.now()
      try {
        await run()
        passed++
        console.log(`ok    ${sentence} (${Math.round(performance.now() - began)} ms)`)
      } catch (error) {
        failed++
        console.log(
          `FAIL  ${sentence}\n      ${String(error instanceof Error ? error.message : error).replaceAll('\n', '\n      ')}`,
        )
      }
    },
    done: () => ({ passed, failed }),
  }
}

export function must(holds: unknown, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

export function equal(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  must(a === b, `${what}: found ${a}, expected ${b}`)
}

/** Asks until it holds. Returns how long that took, in milliseconds. */
export async function within(ms: number, what: string, holds: () => Promise<boolean>): Promise<number> {
  const began = performance.now()
  while (performance.now() - began < ms) {
    if (await holds()) return performance.now() - began
    await new Promise(done => setTimeout(done, 15))
  }
  throw new Error(`not within ${ms} ms: ${what}`)
}
