import type { BrakeMarks, Policy } from '../../brake/policy.ts'
import type { SideFault } from '../reads/sideRead.ts'
import type { Sql } from './sql.ts'

/** More than this are left alone, and said: each is a row read while a brake is set. */
export const MOST_BRAKED_PROJECTS = 200

/** A project that the brake has touched. Written before OpenAI is asked for anything, deleted once OpenAI was seen without the brake. Times are Unix milliseconds. */
export interface BrakedProject {
  project: string
  /** False: it is to be released. */
  wanted: boolean
  /** OpenAI was seen as wanted. */
  verified: boolean
  /** The policy that the brake found at first; undefined before it was read. */
  original: Policy | undefined
  marks: BrakeMarks
  /** Of the models that are wanted. */
  print: string
  since: number
  /** Failed tries in a row. */
  attempts: number
  nextAt: number
  /** Until then a write whose answer was lost may still arrive at OpenAI. */
  unsureUntil: number
  /** Since when OpenAI answers that there is no policy where one should be; 0: it does not. */
  goneSince: number
  /** OpenAI refused names that nobody uses. */
  onlySeen: boolean
  error: SideFault | null
}

interface Row {
  project: string
  wanted: number
  verified: number
  original: string
  marks: string
  print: string
  since_ms: number
  attempts: number
  next_ms: number
  unsure_until_ms: number
  gone_since_ms: number
  only_seen: number
  error: string | null
}

export function readBrakedProjects(sql: Sql): BrakedProject[] {
  return sql
    .all<Row>(
      `SELECT project, wanted, verified, original, marks, print, since_ms, attempts, next_ms, unsure_until_ms, gone_since_ms, only_seen, error
       FROM brake_project ORDER BY project`,
    )
    .map(row => ({
      project: row.project,
      wanted: row.wanted === 1,
      verified: row.verified === 1,
      original: row.original === '' ? undefined : (JSON.parse(row.original) as Policy),
      marks: JSON.parse(row.marks) as BrakeMarks,
      print: row.print,
      since: row.since_ms,
      attempts: row.attempts,
      nextAt: row.next_ms,
      unsureUntil: row.unsure_until_ms,
      goneSince: row.gone_since_ms,
      onlySeen: row.only_seen === 1,
      error: row.error === null ? null : (JSON.parse(row.error) as SideFault),
    }))
}

export function writeBrakedProject(sql: Sql, row: BrakedProject): void {
  sql.all(
    `INSERT OR REPLACE INTO brake_project
      (project, wanted, verified, original, marks, print, since_ms, attempts, next_ms, unsure_until_ms, gone_since_ms, only_seen, error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.project,
    row.wanted ? 1 : 0,
    row.verified ? 1 : 0,
    row.original === undefined ? '' : JSON.stringify(row.original),
    JSON.stringify(row.marks),
    row.print,
    row.since,
    row.attempts,
    row.nextAt,
    row.unsureUntil,
    row.goneSince,
    row.onlySeen ? 1 : 0,
    row.error === null ? null : JSON.stringify(row.error),
  )
}

export function deleteBrakedProject(sql: Sql, project: string): void {
  sql.all('DELETE FROM brake_project WHERE project = ?', project)
}
