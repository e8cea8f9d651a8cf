import { sanitizeLabel } from '../../alerts/sanitizeLabel.ts'
import { reportedUntil } from '../../forecast/headroom.ts'
import type { MetricsFacts } from '../../rpc/trackerStub.ts'
import { startOf } from '../../usage/utcDay.ts'
import { type Forecast, type ModelUsage, TIERS, type Tier, type TierUsage, type TrackerState } from '../../wire.ts'
import type { Family, Sample, Value } from './exposition.ts'

// Every metric there is, in one list: name, type, meaning, samples. Base units, no timestamps, and labels of which there are
// few: tiers, the largest models, receivers that are configured; never a key, a user or a project.

/** Of a tier; the smaller ones share the label `other`. */
const MOST_MODELS = 50
const LONGEST_LABEL = 100
const OTHER = 'other'

const STATES: readonly TrackerState[] = ['starting', 'ok', 'unconfigured', 'failing', 'blind']

export function families(facts: MetricsFacts): Family[] {
  return [...today(facts), ...foresight(facts), ...costs(facts), ...tracker(facts), ...owed(facts)].map(family => ({
    ...family,
    name: `openai_usage_${family.name}`,
  }))
}

function gauge(name: string, help: string, samples: readonly Sample[] | Value): Family {
  return { name, type: 'gauge', help, samples: isValue(samples) ? [[{}, samples]] : samples }
}

function isValue(samples: readonly Sample[] | Value): samples is Value {
  return samples === null || typeof samples !== 'object'
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples }
}

function byTier(of: (tier: Tier) => Value): Sample[] {
  return TIERS.map(tier => [{ tier }, of(tier)])
}

/** A day that no poll has read yet is shown as zeros to people, but nobody has measured it. */
function isRead({ usage: { date, last_updated } }: MetricsFacts): boolean {
  return last_updated !== null && last_updated >= startOf(date)
}

function today(facts: MetricsFacts): Family[] {
  const { usage } = facts
  const read = isRead(facts)
  const measured = (of: (usage: TierUsage) => Value) => byTier(tier => (read ? of(usage[tier]) : null))
  const models = read ? TIERS.flatMap(tier => modelsOf(usage.models, tier)) : []
  const { last_updated } = usage
  return [
    gauge(
      'day_tokens',
      'Tokens of the UTC day so far, by model; input and output add up to what counts. May go down: OpenAI corrects its figures.',
      models.flatMap(({ labels, input, output }): Sample[] => [
        [{ ...labels, kind: 'input' }, input],
        [{ ...labels, kind: 'output' }, output],
      ]),
    ),
    gauge(
      'day_cached_tokens',
      'The part of the input tokens that was cached.',
      models.map(each => [each.labels, each.cached]),
    ),
    gauge(
      'day_requests',
      'Requests of the UTC day so far.',
      models.map(each => [each.labels, each.requests]),
    ),
    gauge(
      'day_free_tokens',
      'Tokens of the day that OpenAI booked as free.',
      measured(of => of.free_tokens),
    ),
    gauge(
      'day_billed_tokens',
      'Tokens of the day that OpenAI bills.',
      measured(of => of.billed_tokens),
    ),
    gauge(
      'day_free_remaining_tokens',
      'The limit less the free tokens of the day; absent where no free token was seen in 7 days.',
      measured(of => of.free_remaining),
    ),
    gauge(
      'day_counted_tokens',
      'Tokens of the day that count against the limit (LIMIT_COUNTS).',
      measured(of => of.counted_tokens),
    ),
    gauge(
      'day_limit_tokens',
      'The limit of the day.',
      byTier(tier => usage[tier].limit),
    ),
    gauge(
      'day_ratio',
      'Counted tokens as a part of the limit; 1 is the limit.',
      measured(of => of.counted_tokens / of.limit),
    ),
    gauge('day_reset_timestamp_seconds', 'When the day ends and the count begins anew.', usage.resets_at),
    gauge(
      'data_through_timestamp_seconds',
      'Up to when requests stand in the figures, as far as is known: OpenAI reports with a delay.',
      read ? reportedUntil(facts.status.server_time, last_updated) : null,
    ),
  ]
}

interface ModelFigures {
  labels: { tier: Tier; model: string }
  input: number
  output: number
  cached: number
  requests: number
}

/** By label: two names may look alike once what cannot be seen is gone, and a series may stand there only once. */
function modelsOf(models: readonly ModelUsage[], tier: Tier): ModelFigures[] {
  const byName = new Map<string, ModelFigures>()
  const largest = models.filter(model => model.tier === tier).sort((a, b) => b.total_tokens - a.total_tokens)
  for (const { model: id, input_tokens, output_tokens, cached_tokens, requests } of largest) {
    const name = sanitizeLabel(id, LONGEST_LABEL) || 'unnamed'
    const model = byName.has(name) || byName.size < MOST_MODELS ? name : OTHER
    const held = byName.get(model)
    byName.set(model, {
      labels: { tier, model },
      input: (held?.input ?? 0) + input_tokens,
      output: (held?.output ?? 0) + output_tokens,
      cached: (held?.cached ?? 0) + cached_tokens,
      requests: (held?.requests ?? 0) + requests,
    })
  }
  return [...byName.values()]
}

function foresight({ usage, headroom }: MetricsFacts): Family[] {
  const forecast = (of: (forecast: Forecast) => Value) =>
    byTier(tier => {
      const known = usage[tier].forecast
      return known === null || usage.stale ? null : of(known)
    })
  return [
    gauge(
      'day_projected_tokens',
      'Where the day will end, as expected.',
      forecast(of => of.expected_tokens),
    ),
    gauge(
      'day_projected_low_tokens',
      'Eight days of ten end between low and high.',
      forecast(of => of.low_tokens),
    ),
    gauge(
      'day_projected_high_tokens',
      'Eight days of ten end between low and high.',
      forecast(of => of.high_tokens),
    ),
    gauge(
      'day_exceed_chance_ratio',
      'Chance of reaching the limit before the reset, 0 to 1.',
      forecast(of => of.chance),
    ),
    gauge(
      'day_runs_out_timestamp_seconds',
      'When the limit will be reached; absent where it is not expected to be.',
      forecast(of => of.runs_out_at),
    ),
    gauge(
      'day_usable_tokens',
      'What can be spent without paying, less what OpenAI has not reported yet; absent while the numbers are old.',
      byTier(tier => (headroom[tier].stale ? null : headroom[tier].usable)),
    ),
  ]
}

/** Dollars, exact to the billionth. Nothing before costs were read. */
function costs({ costs: { as_of, month } }: MetricsFacts): Family[] {
  const known = as_of !== null
  const projected = known ? month.projected_usd : null
  return [
    gauge('month_cost_usd', 'Costs of the UTC month so far, in US dollars.', known ? month.usd_text : null),
    gauge('month_projected_cost_usd', 'What the month will cost, as expected.', projected?.expected ?? null),
    gauge('month_projected_low_cost_usd', 'Eight months of ten end between low and high.', projected?.low ?? null),
    gauge('month_projected_high_cost_usd', 'Eight months of ten end between low and high.', projected?.high ?? null),
    gauge('month_budget_usd', 'MONTHLY_BUDGET_USD; absent where none is set.', month.budget_usd),
    gauge('costs_through_timestamp_seconds', 'When costs were last read.', as_of),
  ]
}

function tracker({ usage, status, polls }: MetricsFacts): Family[] {
  return [
    gauge('stale', '1 where the numbers are too old to be shown as current.', usage.stale),
    gauge(
      'state',
      'The state of the tracker: 1 at the one that holds.',
      STATES.map(state => [{ state }, state === status.state]),
    ),
    gauge('simulated', '1 where the numbers are those of a simulated organisation.', status.simulated),
    gauge('last_success_timestamp_seconds', 'When OpenAI last answered completely.', status.last_success),
    gauge('last_attempt_timestamp_seconds', 'When OpenAI was last asked.', status.last_attempt),
    gauge('next_poll_timestamp_seconds', 'When OpenAI is asked next.', status.next_poll),
    gauge('poll_failures', 'Failed polls since the last success.', status.failures),
    counter(
      'polls_total',
      'Polls by what they came to: ok, or the code that the status shows.',
      Object.entries(polls).map(([result, count]) => [{ result }, count]),
    ),
    gauge(
      'reads_failing',
      'Reads beside the poll that fail, by kind.',
      countsOf(
        status.reads.map(({ kind }) => kind),
        'kind',
      ),
    ),
    gauge(
      'missed_ticks_pending',
      'Stretches of missed ticks that are still to be rebuilt.',
      status.missed_ticks_pending,
    ),
    gauge('config_problems', 'Settings that are not used because their values are bad.', status.config_problems.length),
    gauge('config_hints', 'Settings that are used, but look like a mistake.', status.config_hints.length),
    gauge('unclassified_models', 'Models that the catalogue does not know.', status.unclassified_models.length),
    gauge('ws_clients', 'Dashboards that are connected.', status.connections),
    gauge('build_info', 'The release that answers.', [[{ version: status.version }, 1]]),
  ]
}

function owed({ status: { deliveries, history, outbox }, deliveries: counted }: MetricsFacts): Family[] {
  return [
    counter(
      'alerts_total',
      'Tries to deliver a message: delivered, failed (tried again) or parked (given up).',
      counted.flatMap(({ channel, tries }): Sample[] => [
        [{ channel, result: 'delivered' }, tries.delivered],
        [{ channel, result: 'failed' }, tries.failed],
        [{ channel, result: 'parked' }, tries.parked],
      ]),
    ),
    gauge(
      'messages_pending',
      'Messages that a receiver is still owed.',
      deliveries.channels.map(each => [{ channel: each.channel }, each.pending]),
    ),
    gauge(
      'messages_parked',
      'Messages that were given up.',
      deliveries.channels.map(each => [{ channel: each.channel }, each.parked]),
    ),
    gauge('history_up', '0 while the history database (D1) does not take what it is owed.', history.state === 'ok'),
    gauge('history_pending_rows', 'Rows that D1 is owed.', outbox.pending),
    gauge('history_parked_rows', 'Rows that D1 refuses for good.', outbox.parked),
    gauge('history_oldest_timestamp_seconds', 'Since when the oldest of the owed rows waits.', outbox.oldest_at),
  ]
}

function countsOf(names: readonly string[], label: string): Sample[] {
  return [...Map.groupBy(names, name => name)].map(([name, all]) => [{ [label]: name }, all.length])
}
