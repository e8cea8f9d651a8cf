import type { ChannelView, StatusView } from '../../src/wire.ts'
import { type Finding, fault, hint, ofCode } from './finding.ts'
import { REMEDIES } from './remedies.ts'

/** A clock that is off by more puts usage near midnight on another day than its owner thinks. */
export const MOST_CLOCK_S = 60
/** The watchdog re-arms an alarm that is so late. */
const LATE_S = 900

/** What `/api/status` says is wrong, the gravest first. `now` in Unix milliseconds, by the clock of this machine. */
export function statusFindings(status: StatusView, now: number): Finding[] {
  const { error, history, reads, deliveries, outbox } = status
  // OpenAI says that such a key lacks a scope, and no scope would help it.
  const wrongKind = status.config_hints.filter(({ message }) => isProjectsKey(message))
  const hints = status.config_hints.filter(({ message }) => !isProjectsKey(message))
  return [
    ...wrongKind.map(({ message }) => fault(message, ...REMEDIES.upstream_refused)),
    ...(error === null ? [] : [ofCode(error.code, error.message, error.action)]),
    ...silence(status),
    ...(history.state === 'ok' ? [] : [ofCode(history.state, history.message ?? 'D1 fails.', history.action)]),
    ...deliveries.channels.flatMap(channelFindings),
    ...reads.map(read =>
      ofCode(
        read.error.code,
        `${read.kind}${read.date ? ` of ${read.date}` : ''}: ${read.error.message}`,
        read.error.action,
      ),
    ),
    ...status.config_problems.map(({ message }) =>
      fault(message, 'docs/configuration.md says what each setting may be.'),
    ),
    ...(outbox.parked === 0 ? [] : [fault(`D1 refused ${outbox.parked} rows for good.`, 'npm run tail shows why.')]),
    ...clockFindings(status.server_time - Math.round(now / 1000)),
    ...hints.map(({ message }) => hint(message)),
    ...status.unclassified_models.map(model =>
      hint(
        `The model ${model} is on no list and counts as premium.`,
        `MODEL_TIERS={"${model}":"mini"} says otherwise.`,
      ),
    ),
    ...(deliveries.channels.length === 0
      ? [hint('No receiver is set: alerts are noted, and nobody is told.', RECEIVERS)]
      : []),
  ]
}

/** True for the hint that a key is of the kind that can never read usage. */
export function isProjectsKey(hinted: string): boolean {
  return hinted.startsWith("OPENAI_ADMIN_KEY is a project's key")
}

export const RECEIVERS = 'docs/receivers.md; npm run setup asks for them and sends each a test.'

/** Polls that do not come, although nothing failed. */
function silence({ state, error, next_poll, server_time, poll_cron }: StatusView): Finding[] {
  if (error !== null) return []
  if (state === 'blind')
    return [
      fault(
        'OpenAI has not been read for three intervals.',
        'POST /api/poll reads at once; npm run tail shows what happens.',
      ),
    ]
  if (next_poll === null || server_time - next_poll <= LATE_S) return []
  const minutes = Math.round((server_time - next_poll) / 60)
  return [
    fault(
      `The next poll is ${minutes} minutes late (POLL_CRON is ${poll_cron}).`,
      'POST /api/poll reads at once and arms it again; npm run tail shows why.',
    ),
  ]
}

function channelFindings({ channel, state, last_error, last_status, pending, parked }: ChannelView): Finding[] {
  const why = [last_status === null ? null : `status ${last_status}`, last_error]
    .filter(part => part !== null)
    .join(', ')
  if (state === 'parked') {
    return [
      fault(
        `The receiver ${channel} refuses for good (${why}): ${parked} messages are parked.`,
        `Mend its address in ALERT_WEBHOOK_URL: today's alerts are sent then. ${RECEIVERS}`,
      ),
    ]
  }
  if (state !== 'retrying') return []
  return [
    fault(
      `The receiver ${channel} fails (${why}): ${pending} messages wait.`,
      'They are sent again by themselves, for 24 hours. If it stays, test it from the page.',
    ),
  ]
}

/** `aheadS`: of this machine's clock, how far the other is. */
export function clockFindings(aheadS: number): Finding[] {
  if (Math.abs(aheadS) <= MOST_CLOCK_S) return []
  const how = aheadS > 0 ? 'behind' : 'ahead'
  return [
    fault(
      `The clock of this machine is ${Math.abs(aheadS)} s ${how}.`,
      'Let it be set by the network (timedatectl set-ntp true; macOS: Date & Time).',
    ),
  ]
}
