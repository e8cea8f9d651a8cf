import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { recordOfFiring } from '../../../../src/alerts/alertRecord.ts'
import { channelView } from '../../../../src/outbox/channelHealth.ts'
import { loadMemory } from '../../../../src/tracker/memory.ts'
import { gapsBetween } from '../../../../src/tracker/reads/gap.ts'
import { insertAlert, readAlertsSince } from '../../../../src/tracker/store/alertStore.ts'
import { readDay } from '../../../../src/tracker/store/dayStore.ts'
import { readHealth } from '../../../../src/tracker/store/deliveryStore.ts'
import { readHours } from '../../../../src/tracker/store/hourStore.ts'
import { migrate } from '../../../../src/tracker/store/schema.ts'
import type { UsageGroup } from '../../../../src/usage/usageGroup.ts'
import type { Tier } from '../../../../src/wire.ts'
import { rowsOf, storageStatements, V1 } from '../../../workerd/tracker/storageOfV1.ts'
import { sqlOver } from '../plainSql.ts'
import { configOf } from '../sampleMemory.ts'

/** The storage of the release before. */
function oldStorage(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  for (const [sql, params] of storageStatements()) db.prepare(sql).run(...params)
  return db
}

/** All that a database holds. */
function dump(db: DatabaseSync) {
  const made = db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all() as {
    name: string
    sql: string | null
  }[]
  const tables = made.filter(({ sql }) => sql?.startsWith('CREATE TABLE') === true)
  return [made, ...tables.map(({ name }) => db.prepare(`SELECT * FROM ${name}`).all())]
}

interface OldGroup {
  date: string
  hour: number
  model: string
  service_tier: string
  project: string
  input: number
  output: number
  cached: number
  requests: number
}
const bare = ({ model, service_tier, project, input, output, cached, requests }: OldGroup): UsageGroup => ({
  ...{ model, serviceTier: service_tier, project, apiKey: '', user: '' },
  ...{ input, output, cached, requests },
})
const tables = V1.object.tables as Record<string, (typeof V1.object.tables)[string]>
const old = <Row>(name: string) => rowsOf<Row>(tables[name] ?? { columns: [], rows: [] })

interface OldGap {
  from_s: number
  to_s: number
}
/** A short one, over a full hour. */
const AT_A_CUT: OldGap = { from_s: V1.takenAt - 86_400, to_s: V1.takenAt - 86_400 + 2400 }

describe('migrate from the release before', () => {
  const db = oldStorage()
  db.prepare('INSERT INTO gap (from_s, to_s, width) VALUES (?, ?, ?)').run(AT_A_CUT.from_s, AT_A_CUT.to_s, '1m')
  const sql = sqlOver(db)
  migrate(sql)

  it('keeps each day with all its groups, its limits and what fired on it', () => {
    const groups = Map.groupBy(old<OldGroup>('day_group'), row => row.date)
    const alerts = old<{ date: string; tier: Tier; threshold: number }>('alert')
    const days = old<{
      date: string
      final: number
      tracked: number
      revision: number
      premium_limit: number
      hours_revision: number
    }>('day')
    expect(days.length).toBe(35)
    for (const { date, final, tracked, revision, premium_limit, hours_revision } of days) {
      const day = readDay(sql, date)
      expect(day, date).toMatchObject({
        ...{ final: final === 1, settled: final === 1, handed: final === 1, tracked: tracked === 1, revision },
        ...{ groupsRevision: revision, hoursRevision: hours_revision, told: {} },
      })
      expect(day?.limits.premium).toBe(premium_limit)
      expect([...(day?.groups.values() ?? [])], date).toEqual((groups.get(date) ?? []).map(bare))
      for (const tier of ['premium', 'mini'] as const)
        expect(day?.fired[tier]).toEqual(
          alerts.filter(of => of.date === date && of.tier === tier).map(of => of.threshold),
        )
    }
  })

  it('keeps the hours of open days, which D1 is handed again', () => {
    const hours = Map.groupBy(old<OldGroup>('hour_group'), row => row.hour)
    const held = new Map(V1.said.open_days.flatMap(date => [...readHours(sql, date)]))
    expect([...held].map(([hour, groups]) => [hour, [...groups.values()]])).toEqual(
      [...hours].map(([hour, groups]) => [hour, groups.map(bare)]),
    )
    expect(held.size).toBeGreaterThan(20)
    expect(db.prepare('SELECT DISTINCT acked FROM hour_book').all()).toEqual([{ acked: 0 }])
  })

  it('keeps the alerts as they were shown, their ids and keys: none can fire again, and no id is used again', () => {
    const before = readAlertsSince(sql, 0, ['threshold'])
    expect(before).toEqual(V1.said.alerts.map(alert => ({ ...alert, kind: 'threshold' })))
    expect(before.length).toBe(6)
    const again = {
      date: '2027-03-11',
      tier: 'premium',
      tokensUsed: 1,
      limit: 1,
      percentage: 1,
      message: '',
      firedAt: 1,
      late: false,
    } as const
    for (const threshold of [50, 80.5, 100])
      expect(() => insertAlert(sql, recordOfFiring({ ...again, threshold }), 'x', 1)).toThrow(/UNIQUE/)
    expect(
      insertAlert(sql, recordOfFiring({ ...again, threshold: 50, tier: 'mini', date: '2027-03-12' }), 'x', 1),
    ).toBe(7)
  })

  it('keeps messages, deliveries and what waits for D1 row by row, and knows how the receivers are doing', () => {
    const deliveries = old<object>('delivery').map(row => ({ ...row, ends_s: null }))
    expect(db.prepare('SELECT * FROM delivery').all()).toEqual(deliveries)
    for (const name of ['message', 'history_entry'])
      expect(db.prepare(`SELECT * FROM ${name}`).all(), name).toEqual(old(name))
    const { channels } = configOf(V1.vars)
    expect(channels.map(channel => channelView(channel, readHealth(sql, channel.id)))).toEqual(
      V1.said.deliveries.channels,
    )
  })

  it('goes on where the polls were, with the stretches that are still to be rebuilt', () => {
    const { state, gaps, reads, days } = loadMemory(sql)
    const [before] = old<{ seq: number; last_success_ms: number; last_snapshot_s: number; frames_reserved: number }>(
      'poll_state',
    )
    expect(state).toMatchObject({
      seq: (before?.seq ?? 0) + 1,
      lastSuccess: before?.last_success_ms,
      lastSnapshotS: before?.last_snapshot_s,
      framesReserved: before?.frames_reserved,
      ...{ backfill: 'done', historyFaults: {}, installation: '', upstreamPrint: null, receiversPrint: null },
    })
    expect([...days.keys()]).toEqual(V1.said.open_days)
    // Each is an hour at most now, as after an absence today.
    const owed = [...old<OldGap>('gap'), AT_A_CUT].flatMap(({ from_s, to_s }) => gapsBetween(from_s, to_s))
    expect(gaps.toReversed()).toEqual(owed.toSorted((a, b) => a.fromS - b.fromS))
    expect(gaps.length).toBe(8)
    expect(reads).toEqual([])
  })

  it('only reads the second time', () => {
    const queries: string[] = []
    migrate(sqlOver(db, query => queries.push(query)))
    expect(queries.filter(query => !query.startsWith('SELECT'))).toEqual([])
  })
})

describe('migrate that is killed', () => {
  it('leaves at every statement of a step what was there before the step, and goes on with it at the next start', () => {
    let statements = 0
    const whole = oldStorage()
    migrate(sqlOver(whole, () => statements++))
    const wanted = dump(whole)
    /** What each step finds. */
    const steps = [dump(oldStorage())]
    expect(statements).toBeGreaterThan(40)
    for (let fatal = 1; fatal <= statements; fatal++) {
      const db = oldStorage()
      let [asked, done] = [0, 0]
      const dying = sqlOver(db, query => {
        if (++asked === fatal) throw new Error('killed')
        if (query.startsWith('INSERT INTO schema_version')) done++
      })
      expect(() => migrate(dying)).toThrow('killed')
      steps[done] ??= dump(db)
      expect(dump(db), `statement ${fatal}`).toEqual(steps[done])
      migrate(sqlOver(db))
      expect(dump(db), `after statement ${fatal}`).toEqual(wanted)
    }
  })
})
