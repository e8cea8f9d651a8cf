import { ALERT_KINDS, TIERS } from '../../../wire.ts'
import { DIMENSIONS } from '../../breakdown.ts'
import { DEFAULT_DAYS as COST_DAYS, WAYS } from '../../costs.ts'
import { MOST_TOKENS } from '../../headroom.ts'
import { DEFAULT_DAYS, DEFAULT_ENTRIES, INTERVALS, MOST_DAYS, MOST_ENTRIES } from '../../history/historyQuery.ts'
import { DIMENSIONS as ROW_HOURS_BY } from '../../rowHours.ts'
import { MOST_DAYS as MOST_SPAN_DAYS } from '../../spanQuery.ts'
import { ALERT_DAYS } from '../../trackerReads.ts'
import { choiceParameter, dateParameter, type Parameter, wholeParameter } from './parameter.ts'

const span = (fallback: number): Parameter[] => [
  dateParameter('date', 'One UTC date. Excludes `days`, `from` and `to`.'),
  wholeParameter(
    'days',
    { min: 1, max: MOST_SPAN_DAYS, fallback },
    'The last so many UTC dates, with today. Excludes `date`, `from` and `to`.',
  ),
  dateParameter('from', `First UTC date of a span of at most ${MOST_SPAN_DAYS} days; with \`to\`.`),
  dateParameter('to', 'Last UTC date of the span, included; default: today.'),
]

export const MODELS: Parameter[] = [dateParameter('date', 'UTC date; default: today.')]

export const ALERTS: Parameter[] = [
  wholeParameter('days', ALERT_DAYS, 'The last so many days.'),
  {
    name: 'kinds',
    in: 'query',
    description: `\`all\`, or a comma list of ${ALERT_KINDS.join(', ')}.`,
    schema: { type: 'string', pattern: listOf(ALERT_KINDS), default: 'threshold' },
  },
]

function listOf(names: readonly string[]): string {
  const name = `\\s*(${names.join('|')})\\s*`
  return `^(all|${name}(,${name})*)$`
}

export const BREAKDOWN: Parameter[] = [
  choiceParameter('by', DIMENSIONS, { fallback: 'model', description: 'What a row stands for.' }),
  ...span(1),
]

export const COSTS: Parameter[] = [
  choiceParameter('by', WAYS, { fallback: 'day', description: 'What a row stands for.' }),
  ...span(COST_DAYS),
  {
    name: 'month',
    in: 'query',
    description: 'A UTC month of the last 400 days. Excludes `date`, `days`, `from` and `to`.',
    schema: { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])$' },
    example: '2024-12',
  },
]

export const HEADROOM: Parameter[] = [
  choiceParameter('tier', TIERS, { description: 'This or `model` must be given.' }),
  {
    name: 'model',
    in: 'query',
    description: 'A model as OpenAI names it: its tier is meant.',
    schema: { type: 'string' },
    example: 'gpt-4o',
  },
  wholeParameter('tokens', { min: 0, max: MOST_TOKENS, fallback: 0 }, 'What is to be spent.'),
  choiceParameter('strict', ['0', '1'], {
    fallback: '0',
    description: 'With 1, the status says it too (429 where the tokens do not fit), and what fits is taken as used.',
  }),
]

export const HISTORY: Parameter[] = [
  wholeParameter(
    'days',
    { min: 1, max: MOST_DAYS.day, fallback: DEFAULT_DAYS },
    `The last so many days: at most ${MOST_DAYS.raw} with \`interval=raw\`, ${MOST_DAYS.hour} with \`hour\`, ${MOST_DAYS.day} with \`day\`. Excludes \`date\`.`,
  ),
  dateParameter('date', 'One UTC date. Excludes `days`.'),
  choiceParameter('interval', INTERVALS, {
    fallback: 'raw',
    description: 'One point per reading (every few minutes), hour or day.',
  }),
  wholeParameter(
    'limit',
    { min: 1, fallback: DEFAULT_ENTRIES },
    `Without \`days\`, \`date\` and \`interval\`: so many entries by hour and model, newest first; more than ${MOST_ENTRIES} are taken as ${MOST_ENTRIES}.`,
  ),
  wholeParameter('offset', { min: 0, max: 999_999_999, fallback: 0 }, 'Entries to leave out, beside `limit`.'),
]

export const RECONCILE: Parameter[] = [dateParameter('date', 'UTC date of the last 400 days; default: today.')]

export const RECEIVER: Parameter[] = [
  {
    name: 'id',
    in: 'path',
    required: true,
    description: 'As `GET /api/receivers` lists it.',
    schema: { type: 'string' },
    example: 'slack-1a2b3c4d',
  },
]

export const ROW_HOURS: Parameter[] = [
  choiceParameter('by', ROW_HOURS_BY, { fallback: 'model', description: 'What the row stands for.' }),
  {
    name: 'id',
    in: 'query',
    required: true,
    description: 'The id of the row; empty for a row without one.',
    schema: { type: 'string' },
    example: 'gpt-5-2025-08-07',
  },
  dateParameter('date', 'UTC date; default: today.'),
]

export const BRAKE: Parameter[] = [choiceParameter('tier', TIERS, { description: 'One tier alone; default: both.' })]
