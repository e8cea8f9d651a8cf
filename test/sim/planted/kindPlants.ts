import { type Plant, plant } from './plant.ts'

/** Mistakes in the kinds of alerts beside thresholds. */
export const KIND_PLANTS: readonly Plant[] = [
  {
    name: 'notice-told-again',
    edits: [
      { file: 'src/tracker/store/books.ts', find: 'key TEXT NOT NULL UNIQUE', replace: 'key TEXT NOT NULL' },
      {
        file: 'src/tracker/foresight/foresee.ts',
        find: 'records.every(({ key }) => isFresh.has(key))',
        replace: "records.every(({ key }) => isFresh.has(key) || key !== '')",
      },
    ],
  },
  plant('pace-at-the-first-reading', 'forecast/paceWatch.ts', 'FIRES_AFTER_S = 10 * MINUTE_S', 'FIRES_AFTER_S = 0'),
  plant(
    'billed-without-free-tokens',
    'alerts/notices/billed.ts',
    'if (!hasFreeTokens(lookback.tiers[tier], totals[tier].free)) return []',
    'if (!hasFreeTokens(lookback.tiers[tier], totals[tier].tokens)) return []',
  ),
  plant('spike-at-twice', 'alerts/notices/spike.ts', '(highest ?? 0) * SPIKE_TIMES', '(highest ?? 0) * 2'),
  plant(
    'lookback-of-the-hour',
    'tracker/foresight/lookback.ts',
    'const moved = past.map(',
    'const moved = past.slice(0, 0).map(',
  ),
  plant(
    'notice-outside-the-commit',
    'tracker/cycle/pollCycle.ts',
    '  const alerts = commitSettlement(desk, settlement, { read, foreseen }, startedAt)',
    `  const alerts = commitSettlement(desk, settlement, { read, foreseen: { ...foreseen, notices: [] } }, startedAt)
  await new Promise<void>(resolve => setTimeout(() => resolve(), 30))
  desk.commit(memory => {
    writeNotices(desk, foreseen.notices, memory.state.seq, desk.ports.now())
    return memory
  })`,
  ),
  plant(
    'every-kind-sends',
    'tracker/messages/oweMessage.ts',
    'if (!desk.config.alertKinds.has(alertKindOf(message))) return false',
    '',
  ),
]
