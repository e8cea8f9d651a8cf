import type { TrackerObject } from '../engine/loadProduct.ts'
import { VERY_LATE_MS } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import { checkGroups, checkHours, checkSummary } from './checkClosed.ts'
import { atRest, checkConduct } from './checkSettled.ts'
import { type Failure, Findings } from './failure.ts'
import { DAY, dateText, midnightOf, truthOf } from './truth.ts'

/** OpenAI has changed closed days: an operator re-reads them, and they are exact again. */
export async function checkReread(world: World): Promise<Failure[]> {
  const findings = new Findings()
  await atRest(world)
  const changedAt = Math.floor((world.scenario.heal + VERY_LATE_MS) / 1000)
  const changed = new Set(
    world.scenario.uses
      .filter(use => use.visibleAt === changedAt || use.goneAt === changedAt)
      .map(use => Math.floor(use.at / DAY) * DAY),
  )
  const today = midnightOf(dateText(world.timeline.now / 1000))
  const starts = [...changed].filter(start => start <= today - 3 * DAY).slice(0, 4)
  for (const start of starts) {
    const date = dateText(start)
    const outcome = await answerOf(world, date)
    const truth = truthOf(world.ledger, start, start + DAY, world.timeline.now / 1000)
    const view = outcome?.view as Record<'premium' | 'mini', { after: number }> | undefined
    findings.equal(
      'reconcile',
      [outcome?.ok, outcome?.code, view?.premium.after, view?.mini.after],
      [true, undefined, truth.premium.tokens, truth.mini.tokens],
      () => `reconcile(${date})`,
    )
  }
  await world.until(world.timeline.now + 600_000)
  await atRest(world)
  for (const start of starts) {
    checkSummary(world, start, findings)
    checkGroups(world, start, findings)
    checkHours(world, start, findings)
  }
  checkConduct(world, findings)
  return findings.failures
}

/** Time must go on while the answer is awaited; ten minutes are more than any answer takes. */
async function answerOf(world: World, date: string) {
  let outcome: Awaited<ReturnType<TrackerObject['reconcile']>> | null = null
  void world.platform
    .call(object => object.reconcile(date))
    .then(answer => {
      outcome = answer
    })
  for (let waits = 0; outcome === null && waits < 20; waits++) await world.until(world.timeline.now + 30_000)
  return outcome as Awaited<ReturnType<TrackerObject['reconcile']>> | null
}
