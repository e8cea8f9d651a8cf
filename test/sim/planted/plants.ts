import { BRAKE_PLANTS } from './brakePlants.ts'
import { GROWN_PLANTS } from './grownPlants.ts'
import { KIND_PLANTS } from './kindPlants.ts'
import { type Plant, plant } from './plant.ts'

/** What a careless hand, or a rushed one, would have done. Each must be found by the oracle. */
export const PLANTS: readonly Plant[] = [
  plant(
    'delivered-before-sent',
    'outbox/drainDeliveries.ts',
    'const result = await attempt(deps, claimed, message)',
    "deps.settle({ ...claimed, state: 'delivered', deliveredAt: deps.now() })\nconst result = await attempt(deps, claimed, message)",
  ),
  plant('sent-without-claim', 'outbox/drainDeliveries.ts', 'deps.claim(claimed)', ''),
  {
    name: 'no-unique-key',
    edits: [
      { file: 'src/tracker/store/books.ts', find: 'key TEXT NOT NULL UNIQUE', replace: 'key TEXT NOT NULL' },
      {
        file: 'src/tracker/cycle/settleReading.ts',
        find: 'fired: new Set(day.fired[tier])',
        replace: 'fired: new Set()',
      },
    ],
  },
  plant(
    'date-from-wall-clock',
    'usage/foldBuckets.ts',
    'groups.get(dateOf(bucket.start))',
    "groups.get(dates.at(-1) ?? '')",
  ),
  plant(
    'last-page-dropped',
    'openai/walkCursors.ts',
    'pages.push(answer.page)',
    'if (answer.page.hasMore || asked === 1) pages.push(answer.page)',
  ),
  plant(
    'half-walk-accepted',
    'openai/walkCursors.ts',
    'if (!answer.ok) return { ok: false, fault: answer.fault, asked }',
    'if (!answer.ok) return asked > 1 ? { ok: true, pages, whole: true, asked } : { ok: false, fault: answer.fault, asked }',
  ),
  plant(
    'd1-error-swallowed',
    'tracker/replica/drainHistory.ts',
    "return error.reason === 'rejected'",
    "noteWritten(desk, part, units)\nreturn error.reason === 'rejected'",
  ),
  plant(
    'acknowledged-before-the-write',
    'tracker/replica/drainHistory.ts',
    'const written = await desk.ports.writeHistory(units)',
    'noteWritten(desk, part, units)\nconst written = await desk.ports.writeHistory(units)',
  ),
  plant('upsert-without-revision', 'history/upsert.ts', 'WHERE excluded.revision >', 'WHERE excluded.revision + 1e9 >'),
  plant(
    'adds-instead-of-replaces',
    'tracker/cycle/settleReading.ts',
    'groups: moved ? groups : held.groups',
    'groups: moved ? new Map([...groups].map(([key, of]) => [key, { ...of, output: of.output + (held.groups.get(key)?.output ?? 0) }])) : held.groups',
  ),
  plant('taken-back-stays', 'usage/groupChanges.ts', 'if (!after.has(key) && !isZero(group))', 'if (false)'),
  plant(
    'no-poll-due-after-fault',
    'tracker/cycle/agenda.ts',
    'const dues = [pollDueAt(moment),',
    'const dues = [state.failures > 0 ? Number.POSITIVE_INFINITY : pollDueAt(moment),',
  ),
  plant('closes-a-day-early', 'tracker/memory.ts', 'OPEN_AFTER_END_S = 2 * DAY_S', 'OPEN_AFTER_END_S = DAY_S'),
  plant(
    'gap-never-rebuilt',
    'tracker/cycle/settleReading.ts',
    'if (missedTicks(pollCron, from, nowS).next().done) ',
    '',
  ),
  plant('retry-after-ignored', 'tracker/cycle/schedule.ts', 'if (wait === null) return 0', 'return 0'),
  plant(
    'repeat-not-marked',
    'outbox/possibleRepeat.ts',
    'return delivery.unanswered > 1',
    'return delivery.unanswered > 1000',
  ),
  plant('frames-start-anew', 'tracker/liveHub.ts', '??= this.#numbers.reserved()', '??= 0'),
  plant(
    'steep-fall-believed',
    'usage/tierTotals.ts',
    'after[tier].tokens < before[tier].tokens / 2',
    'after[tier].tokens < 0',
  ),
  plant(
    'given-up-at-first-500',
    'receivers/classifyStatus.ts',
    'if (status >= 400 && status < 500) {',
    'if (status >= 400) {',
  ),
  plant(
    'alert-outside-the-commit',
    'tracker/messages/oweMessage.ts',
    'for (const channel of told) noteDelivery(sql, withEnd(newDelivery(message.id, channel.id, now), channel, message))',
    'void desk.gather({ width: "1d", start: 0, end: 86400 }).then(() => {\nfor (const channel of told) noteDelivery(sql, withEnd(newDelivery(message.id, channel.id, now), channel, message))\n})',
  ),
  plant(
    'key-in-the-log',
    'tracker/cycle/cycleLog.ts',
    "event: 'poll',",
    "event: 'poll', key: desk.config.adminKey?.reveal(),",
  ),
  plant('threshold-needs-more', 'alerts/crossings.ts', 'used >= BigInt', 'used >= 2n * BigInt'),
  plant('blind-and-silent', 'tracker/watch/blindNotice.ts', 'TOLD_AFTER_MS = 15 * 60_000', 'TOLD_AFTER_MS = 9e9'),
  plant(
    'blind-too-soon',
    'tracker/watch/blindNotice.ts',
    'blindAt(config.pollCron, lastReading(state) ?? failingSince)',
    '0',
  ),
  plant(
    'told-forgotten-at-start',
    'tracker/store/pollState.ts',
    'blindTold: row.blind_told === null ? null : JSON.parse(row.blind_told)',
    'blindTold: null',
  ),
  plant(
    'never-sees-again',
    'tracker/cycle/pollCycle.ts',
    '...(blindTold === null ? [] :',
    '...(blindTold === null || seq > 0 ? [] :',
  ),
  ...GROWN_PLANTS,
  ...KIND_PLANTS,
  ...BRAKE_PLANTS,
  plant('storage-fault-forgotten', 'tracker/desk.ts', 'this.#memory = null\n      throw error', 'throw error'),
]

export function plantNamed(name: string): Plant {
  const plant = PLANTS.find(plant => plant.name === name)
  if (plant === undefined)
    throw new Error(`there is no plant ${name}; there are ${PLANTS.map(({ name }) => name).join(', ')}`)
  return plant
}
