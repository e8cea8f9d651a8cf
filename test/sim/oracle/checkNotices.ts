import type { World } from '../world/world.ts'
import { checkCauses } from './checkCauses.ts'
import { checkDue } from './checkDue.ts'
import type { Findings } from './failure.ts'
import { Known } from './known.ts'
import { type NoticeRow, readRows } from './noticeRows.ts'

/** Every kind of section 13: told once, never without its cause, always with it, and only as ALERTS says. */
export function checkNotices(world: World, findings: Findings): void {
  const rows = readRows(world)
  checkOnce(world, rows, findings)
  checkAsked(world, rows, findings)
  const known = new Known(world)
  checkCauses(world, known, rows, findings)
  checkDue(world, known, rows, findings)
}

/** What a kind is told once per. */
function onceOf({ kind, key, date, tier }: NoticeRow): string {
  switch (kind) {
    case 'pace':
    case 'billed':
    case 'free_stopped':
      return `${kind} ${date} ${tier}`
    case 'leftover':
      return `${kind} ${date}`
    default:
      return key
  }
}

function checkOnce(world: World, rows: readonly NoticeRow[], findings: Findings): void {
  const doubles = (list: readonly string[]) => [...new Set(list.filter((each, index) => list.indexOf(each) !== index))]
  findings.equal('once', doubles(rows.map(onceOf)), [], () => 'told more than once')
  findings.equal('once', doubles(rows.map(({ key }) => key)), [], () => 'dedupe keys of more than one row')
  // What comes again says that it may.
  const first = new Set<string>()
  for (const { receiver, webhookId, taken, body } of world.receivers.arrivals) {
    if (webhookId === null || !taken) continue
    const id = `${receiver} ${webhookId}`
    const isMarked = /possible.repeat/i.test(body)
    findings.expect('once', !first.has(id) || isMarked, () => `${webhookId} came twice to receiver ${receiver}`)
    first.add(id)
  }
}

/** A kind in ALERTS has a message, another one has none. */
function checkAsked(world: World, rows: readonly NoticeRow[], findings: Findings): void {
  if (world.wrongTimes.length > 0) return
  for (const { kind, key, timestamp, message_id } of rows) {
    const asked = [0, 999, 5000].map(ms => world.settingsAt(timestamp * 1000 + ms).alerts.includes(kind))
    const fits = asked.includes(message_id !== null)
    findings.expect(
      'notices',
      fits,
      () => `${key} at ${timestamp}: its message is ${message_id}, ALERTS says otherwise`,
    )
  }
}
