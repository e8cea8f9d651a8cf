export function sleep(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}

/** Asks until the answer is true; false when it was not within the time. A question that throws was too early. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs: number, everyMs = 200) {
  const end = Date.now() + withinMs
  for (;;) {
    try {
      if (await holds()) return true
    } catch {
      // Not there yet.
    }
    if (Date.now() >= end) return false
    await sleep(everyMs)
  }
}
