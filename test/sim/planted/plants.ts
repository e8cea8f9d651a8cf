/** A bug, as a change to the product's source while a test build loads it. */
export interface Plant {
  name: string
  edits: { file: string; find: string; replace: string }[]
}

const plant = (name: string, file: string, find: string, replace: string): Plant => ({
  name,
  edits: [{ file: `src/${file}`, find, replace }],
})

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
      { file: 'src/tracker/store/schema.ts', find: 'UNIQUE (date, tier, threshold)', replace: 'CHECK (id > 0)' },
      {
        file: 'src/tracker/memory.ts',
        find: 'fired: readFired(sql, oldest)',
        replace: 'fired: (readFired, oldest, new Map())',
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
    'openai/walkPages.ts',
    'found.push(...answer.page.buckets)',
    'if (answer.page.hasMore || pages === 1) found.push(...answer.page.buckets)',
  ),
  plant(
    'half-walk-accepted',
    'openai/walkPages.ts',
    'if (!answer.ok) return { ok: false, fault: answer.fault, pages }',
    'if (!answer.ok) return pages > 1 ? { ...mergeBuckets(found), pages } : { ok: false, fault: answer.fault, pages }',
  ),
  plant(
    'd1-error-swallowed',
    'tracker/drainHistory.ts',
    "return error.reason === 'rejected'",
    "desk.ports.sql.transaction(() => deleteHistoryEntries(desk.ports.sql, entries) as never)\nreturn error.reason === 'rejected'",
  ),
  plant(
    'queue-emptied-before-write',
    'tracker/drainHistory.ts',
    'const written = await desk.ports.writeHistory(entries)',
    'deleteHistoryEntries(desk.ports.sql, entries)\nconst written = await desk.ports.writeHistory(entries)',
  ),
  plant('upsert-without-revision', 'history/upsert.ts', 'WHERE excluded.revision >', 'WHERE excluded.revision + 1e9 >'),
  plant(
    'adds-instead-of-replaces',
    'tracker/settleReading.ts',
    ': held.revision,\n      groups,',
    ': held.revision,\n      groups: new Map([...groups].map(([key, of]) => [key, { ...of, output: of.output + (held?.groups.get(key)?.output ?? 0) }])),',
  ),
  plant('taken-back-stays', 'usage/groupChanges.ts', 'if (!after.has(key) && !isZero(group))', 'if (false)'),
  plant(
    'no-poll-due-after-fault',
    'tracker/agenda.ts',
    'const dues = [pollDueAt(moment),',
    'const dues = [state.failures > 0 ? Number.POSITIVE_INFINITY : pollDueAt(moment),',
  ),
  plant('closes-a-day-early', 'tracker/memory.ts', 'OPEN_AFTER_END_S = 2 * DAY_S', 'OPEN_AFTER_END_S = DAY_S'),
  plant('gap-never-rebuilt', 'tracker/settleReading.ts', 'if (missedTicks(pollCron, from, nowS).next().done) ', ''),
  plant('retry-after-ignored', 'tracker/schedule.ts', 'if (wait === null) return 0', 'return 0'),
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
    'tracker/oweMessage.ts',
    'for (const channel of channels) writeDelivery(sql, newDelivery(message.id, channel.id, now))',
    'void desk.ports.readUsage({ ...desk.config, adminKey: desk.config.adminKey as never, signal: AbortSignal.timeout(9e8) }, { width: "1d", start: 0, end: 86400 }).then(() => {\nfor (const channel of channels) writeDelivery(sql, newDelivery(message.id, channel.id, now))\n})',
  ),
  plant(
    'key-in-the-log',
    'tracker/tracker.ts',
    "event: 'poll',",
    "event: 'poll', key: this.#desk.config.adminKey?.reveal(),",
  ),
  plant('threshold-needs-more', 'alerts/crossings.ts', 'used >= BigInt', 'used >= 2n * BigInt'),
  plant('blind-and-silent', 'tracker/blindNotice.ts', 'TOLD_AFTER_MS = 15 * 60_000', 'TOLD_AFTER_MS = 9e9'),
  plant(
    'blind-too-soon',
    'tracker/blindNotice.ts',
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
    'tracker/pollCycle.ts',
    'if (blindTold !== null) oweMessage',
    'if (blindTold !== null && seq < 0) oweMessage',
  ),
  plant('storage-fault-forgotten', 'tracker/desk.ts', 'this.#memory = null\n      throw error', 'throw error'),
]

export function plantNamed(name: string): Plant {
  const plant = PLANTS.find(plant => plant.name === name)
  if (plant === undefined)
    throw new Error(`there is no plant ${name}; there are ${PLANTS.map(({ name }) => name).join(', ')}`)
  return plant
}
