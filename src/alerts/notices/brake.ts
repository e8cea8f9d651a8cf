import type { LimitCounts, Tier } from '../../wire.ts'
import { type AlertRecord, recordWithoutTier } from '../alertRecord.ts'
import type { MessageWords } from '../messageWords.ts'
import { sanitizeLabel } from '../sanitizeLabel.ts'
import { utcMinute } from '../utcMinute.ts'
import type { NoticeOf } from './notice.ts'

/** Why the brake was taken off. */
export type ReleaseCause = 'reset' | 'owner' | 'settings'

export type BrakeEvent = 'set' | 'would_set' | 'released' | 'failed'

/** The brake (BRAKE) was set, would have been set, was released, or cannot do what it should. */
export interface BrakeMessage {
  kind: 'brake'
  event: BrakeEvent
  id: string
  date: string
  firedAt: number
  resetsAt: number
  /** Never empty; premium first. `percentage`: of the limit, with what was not reported. */
  tiers: { tier: Tier; percentage: number }[]
  /** Percent of the limit at which it is set. */
  at: number
  counts: LimitCounts
  /** Where it is set, was set or fails; the first of them by name. */
  projects: { id: string; name: string }[]
  projectCount: number
  /** Of `set`: projects where it could not be set yet. */
  failing: number
  cause: ReleaseCause | 'limit'
  /** Of `failed`: what is wrong, and what to do. */
  trouble: { code: string; message: string; action: string } | null
}

export const MOST_NAMED_PROJECTS = 5

/** `key`: the dedupe key of its row. */
export function brakeNotice(message: BrakeMessage, key: string): NoticeOf<BrakeMessage> {
  const { date, firedAt } = message
  const row: AlertRecord = recordWithoutTier({ kind: 'brake', key, date, message: headline(message), firedAt })
  const [only, ...others] = message.tiers
  const tier = only !== undefined && others.length === 0 ? { tier: only.tier, percentage: only.percentage } : {}
  return { records: [{ ...row, ...tier }], message }
}

export function brakeType({ event }: BrakeMessage): string {
  return `brake.${event}`
}

function headline(message: BrakeMessage): string {
  const tiers = message.tiers.map(({ tier }) => tier.toUpperCase()).join(' and ')
  switch (message.event) {
    case 'set':
      return `🛑 OpenAI Usage: the brake is set, ${tiers} models are denied in ${projectWords(message)}`
    case 'would_set':
      return `🟡 OpenAI Usage: the brake would be set now for ${tiers} models (BRAKE=watch)`
    case 'released':
      return `✅ OpenAI Usage: the brake is released, ${tiers} models are permitted again`
    case 'failed':
      return `🔴 OpenAI Usage: the brake does not work in ${projectWords(message)}`
  }
}

function projectWords({ projectCount }: BrakeMessage): string {
  return projectCount === 1 ? 'one project' : `${projectCount} projects`
}

export function brakeWords(message: BrakeMessage): MessageWords {
  const { event, tiers, at, counts, resetsAt, failing } = message
  const reached = tiers.map(({ tier, percentage }) => `${tier} at ${percentage} %`).join(', ')
  const who = named(message)
  const shared = {
    headline: headline(message),
    facts: [
      { label: 'Tiers', value: reached },
      ...(who === '' ? [] : [{ label: 'Projects', value: who }]),
      { label: 'Brake at', value: `${at} % of the limit (BRAKE_AT)${counts === 'free' ? ', free tokens alone' : ''}` },
    ],
  }
  const until = utcMinute(resetsAt)
  switch (event) {
    case 'set':
      return {
        ...shared,
        severity: 'critical',
        sentences: [
          `${upper(reached)} of the limit, with what OpenAI has not reported yet: requests to these models fail in ${who} until ${until}.`,
          ...(failing === 0 ? [] : [`In ${failing} more it could not be set yet; the tracker goes on trying.`]),
        ],
        facts: [...shared.facts, { label: 'Until', value: until, moment: resetsAt }],
        notes: [
          'Why now: BRAKE_AT is reached. What was used between the last report and now may be billed all the same.',
          'What to do: nothing, or release it now by POST /api/brake/release (docs/brake.md).',
        ],
      }
    case 'would_set':
      return {
        ...shared,
        severity: 'warning',
        sentences: [
          `${upper(reached)} of the limit, with what OpenAI has not reported yet. With BRAKE=on these models would be denied in ${who} until ${until}. Nothing was changed.`,
        ],
        notes: [],
      }
    case 'released':
      return {
        ...shared,
        severity: 'good',
        sentences: [`${RELEASED[message.cause]} The policies of ${who} are what their owners made them.`],
        notes: [],
      }
    case 'failed':
      return {
        ...shared,
        severity: 'critical',
        sentences: [`In ${who}: ${message.trouble?.message ?? 'it fails.'}`],
        notes: [...(message.trouble === null ? [] : [message.trouble.action]), 'The tracker goes on trying.'],
      }
  }
}

const RELEASED: Record<BrakeMessage['cause'], string> = {
  reset: 'The day is over (00:00 UTC).',
  owner: 'It was released by hand, and stays off until the reset.',
  settings: 'The settings have changed: it is not wanted there any more.',
  limit: 'It is not wanted any more.',
}

function named({ projects, projectCount }: BrakeMessage): string {
  const names = projects.map(({ id, name }) => sanitizeLabel(name) || sanitizeLabel(id)).join(', ')
  const more = projectCount - projects.length
  return more > 0 ? `${names} and ${more} more` : names
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function brakeFields(message: BrakeMessage): object {
  const { event, date, tiers, at, counts, projects, projectCount, failing, cause, resetsAt, trouble } = message
  return {
    event,
    date,
    tiers,
    brake_at: at,
    limit_counts: counts,
    projects: projects.map(({ id, name }) => ({ id: sanitizeLabel(id), name: sanitizeLabel(name) })),
    project_count: projectCount,
    failing,
    cause,
    resets_at: resetsAt,
    error: trouble,
  }
}
