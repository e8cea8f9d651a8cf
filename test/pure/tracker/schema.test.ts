import { describe, expect, it } from 'vitest'
import { FRESH_STATE, readPollState, writePollState } from '../../../src/tracker/store/pollState.ts'
import { migrate } from '../../../src/tracker/store/schema.ts'
import { plainSql } from './plainSql.ts'

describe('migrate', () => {
  it('keeps what an object of an earlier release has stored', () => {
    const sql = plainSql()
    const state = { ...FRESH_STATE, seq: 41, failures: 2, problemsLogged: '[]' }
    writePollState(sql, state)
    // As the second release left it.
    sql.all('ALTER TABLE poll_state DROP COLUMN failing_since_ms')
    sql.all('ALTER TABLE poll_state DROP COLUMN blind_told')
    sql.all('DELETE FROM schema_version WHERE version > 2')
    migrate(sql)
    expect(readPollState(sql)).toEqual(state)
    writePollState(sql, { ...state, failingSince: 7 })
    expect(readPollState(sql).failingSince).toBe(7)
  })
})
