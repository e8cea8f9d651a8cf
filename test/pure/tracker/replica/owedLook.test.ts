import { expect, it } from 'vitest'
import { OwedLook } from '../../../../src/tracker/replica/owedLook.ts'
import { writeHour } from '../../../../src/tracker/store/hourStore.ts'
import { acknowledge } from '../../../../src/tracker/store/owedStore.ts'
import { writeTicks } from '../../../../src/tracker/store/tickStore.ts'
import { plainSql } from '../plainSql.ts'
import { NOON_S, used } from '../sampleMemory.ts'

const HOUR_S = 3600
const tick = { timestamp: NOON_S, date: '2027-03-10', premium_tokens: 1, mini_tokens: 0 }

/** A book with the ticks of one hour, and a look that counts how often it is taken. */
function world() {
  const sql = plainSql()
  let looks = 0
  const counted: typeof sql = {
    ...sql,
    all: (query, ...params) => {
      if (query.includes('EXISTS')) looks++
      return sql.all(query, ...params)
    },
  }
  writeTicks(sql, [tick], 5)
  const look = new OwedLook(counted)
  return { sql, parts: (nowS = NOON_S) => [...look.parts(nowS)], look, looks: () => looks }
}

it('looks once while nothing is written and no hour comes of age', () => {
  const { parts, looks, sql } = world()
  expect([parts(), parts(), looks()]).toEqual([['ticks'], ['ticks'], 1])
  writeHour(sql, NOON_S, used(1), 6)
  expect([parts(), looks()]).toEqual([['ticks'], 2])
  expect([parts(NOON_S + 2 * HOUR_S - 1), parts(NOON_S + 2 * HOUR_S)]).toEqual([['ticks'], ['ticks', 'hours']])
})

it('need not look again after a part is done by its own writes', () => {
  const { sql, parts, look, looks } = world()
  parts()
  look.by(() => acknowledge(sql, 'ticks', [{ key: NOON_S, revision: 5 }]))
  expect([look.settle('ticks'), parts(), looks()]).toEqual([true, [], 1])
})

it.each<[string, 'before' | 'after']>([
  ['before the part is done', 'before'],
  ['after it', 'after'],
])('looks again where somebody else wrote %s', (_, when) => {
  const { sql, parts, look } = world()
  parts()
  if (when === 'before') writeTicks(sql, [{ ...tick, timestamp: NOON_S + 60 }], 6)
  look.by(() => acknowledge(sql, 'ticks', [{ key: NOON_S, revision: 5 }]))
  expect(look.settle('ticks')).toBe(when === 'after')
  if (when === 'after') writeTicks(sql, [{ ...tick, timestamp: NOON_S + 60 }], 6)
  expect(parts()).toEqual(['ticks'])
})

it('looks again after a write that was undone', () => {
  const { sql, parts, look, looks } = world()
  parts()
  const undone = () =>
    sql.transaction(() => {
      acknowledge(sql, 'ticks', [{ key: NOON_S, revision: 5 }])
      throw new Error('refused')
    })
  expect(() => look.by(undone)).toThrow('refused')
  expect([parts(), looks()]).toEqual([['ticks'], 2])
})
