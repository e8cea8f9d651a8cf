import { describe, expect, it } from 'vitest'
import { exposition } from '../../../../src/api/metrics/exposition.ts'
import { families } from '../../../../src/api/metrics/families.ts'
import type { MetricsFacts } from '../../../../src/rpc/trackerStub.ts'
import {
  channels,
  channelView,
  DAY,
  forecast,
  HOUR,
  modelUsage,
  statusView,
  tierUsage,
  usageView,
} from '../../dashboard/usageView.ts'
import { costsView, headroom, sampleFacts } from './sampleFacts.ts'

// That the format is right is promtool's to say (test/e2e/integrations.ts); here is what is said, and what is not.

const text = (facts: Partial<MetricsFacts> = {}) => exposition(families(sampleFacts(facts)))
const linesOf = (name: string, facts: Partial<MetricsFacts> = {}) =>
  text(facts)
    .split('\n')
    .filter(line => line.startsWith(`openai_usage_${name}{`) || line.startsWith(`openai_usage_${name} `))

describe('GET /metrics', () => {
  it('says of each tier the tokens by model and kind, the limit, and the exact ratio', () => {
    const models = [
      modelUsage({ model: 'gpt-4o', input_tokens: 80, output_tokens: 20, cached_tokens: 7, requests: 3 }),
      modelUsage({ model: 'gpt-4o', input_tokens: 1, output_tokens: 2, project_id: 'proj_b', requests: 1 }),
      modelUsage({ model: 'gpt-4o-mini', tier: 'mini', input_tokens: 5, output_tokens: 6 }),
    ]
    const usage = usageView({ models, premium: tierUsage({ tokens_used: 333_333, counted_tokens: 333_333 }) })
    expect(linesOf('day_tokens', { usage })).toEqual([
      'openai_usage_day_tokens{tier="premium",model="gpt-4o",kind="input"} 81',
      'openai_usage_day_tokens{tier="premium",model="gpt-4o",kind="output"} 22',
      'openai_usage_day_tokens{tier="mini",model="gpt-4o-mini",kind="input"} 5',
      'openai_usage_day_tokens{tier="mini",model="gpt-4o-mini",kind="output"} 6',
    ])
    expect(linesOf('day_cached_tokens', { usage })).toContain(
      'openai_usage_day_cached_tokens{tier="premium",model="gpt-4o"} 7',
    )
    expect(linesOf('day_limit_tokens', { usage })).toContain('openai_usage_day_limit_tokens{tier="mini"} 10000000')
    expect(linesOf('day_ratio', { usage })).toContain('openai_usage_day_ratio{tier="premium"} 0.333333')
  })

  it('leaves out what nobody has measured: before the first poll there is no token, not 0', () => {
    const usage = usageView({ last_updated: null, stale: true })
    const said = text({
      usage,
      costs: costsView({ as_of: null, state: 'unavailable' }),
      headroom: { premium: headroom('premium', { stale: true }), mini: headroom('mini', { stale: true }) },
    })
    for (const name of [
      'day_tokens',
      'day_ratio',
      'day_free_tokens',
      'day_usable',
      'data_through',
      'month_cost',
      'day_projected',
    ])
      expect(said, name).not.toContain(`openai_usage_${name}`)
    expect(linesOf('day_limit_tokens', { usage })).toHaveLength(2)
    expect(linesOf('stale', { usage })).toEqual(['openai_usage_stale 1'])
  })

  it('does not take the zeros of a new day for a measurement before a poll has read it', () => {
    const usage = usageView({ last_updated: DAY - 60 })
    expect(linesOf('day_ratio', { usage })).toEqual([])
    expect(linesOf('day_ratio', { usage: usageView({ last_updated: DAY + 1 }) })).toHaveLength(2)
  })

  it('shows the forecast and the costs where they are known, to the billionth of a dollar', () => {
    const runs = forecast({ runs_out_at: DAY + 20 * HOUR, chance: 0.9 })
    const usage = usageView({ premium: tierUsage({ forecast: runs }) })
    expect(linesOf('day_projected_tokens', { usage })).toEqual([
      'openai_usage_day_projected_tokens{tier="premium"} 800',
    ])
    expect(linesOf('day_runs_out_timestamp_seconds', { usage })).toEqual([
      `openai_usage_day_runs_out_timestamp_seconds{tier="premium"} ${DAY + 20 * HOUR}`,
    ])
    expect(linesOf('month_cost_usd')).toEqual(['openai_usage_month_cost_usd 12.345678901'])
    expect(text()).not.toContain('month_budget_usd')
    // An old forecast is none.
    expect(linesOf('day_projected_tokens', { usage: { ...usage, stale: true } })).toEqual([])
  })

  it('says how the tracker itself is: state, polls by result, what is owed to whom', () => {
    const facts = {
      status: statusView({
        state: 'blind',
        failures: 7,
        deliveries: channels(channelView({ channel: 'slack-1a2b3c4d', pending: 2, parked: 1 })),
        history: { state: 'failing', message: 'away', action: 'wait', since: DAY } as const,
        outbox: { pending: 12, parked: 0, oldest_at: DAY },
      }),
      deliveries: [{ channel: 'slack-1a2b3c4d', tries: { delivered: 5, failed: 3, parked: 1 } }],
    }
    expect(linesOf('state', facts).filter(line => line.endsWith(' 1'))).toEqual(['openai_usage_state{state="blind"} 1'])
    expect(linesOf('polls_total', facts)).toEqual([
      'openai_usage_polls_total{result="ok"} 120',
      'openai_usage_polls_total{result="upstream_timeout"} 2',
    ])
    expect(linesOf('alerts_total', facts)).toEqual([
      'openai_usage_alerts_total{channel="slack-1a2b3c4d",result="delivered"} 5',
      'openai_usage_alerts_total{channel="slack-1a2b3c4d",result="failed"} 3',
      'openai_usage_alerts_total{channel="slack-1a2b3c4d",result="parked"} 1',
    ])
    expect(linesOf('messages_pending', facts)).toEqual(['openai_usage_messages_pending{channel="slack-1a2b3c4d"} 2'])
    expect(linesOf('history_up', facts)).toEqual(['openai_usage_history_up 0'])
    expect(linesOf('history_oldest_timestamp_seconds', facts)).toHaveLength(1)
  })

  it('keeps hostile names within their quotes, and each series once', () => {
    const hostile = ['a"} 1\nevil_metric 1', 'back\\slash', 'two\u202enames', 'twonames', '\u200b', '']
    const models = hostile.map(model => modelUsage({ model, input_tokens: 1, output_tokens: 0 }))
    const lines = linesOf('day_requests', { usage: usageView({ models }) })
    expect(lines).toEqual([
      'openai_usage_day_requests{tier="premium",model="a\\"} 1 evil_metric 1"} 1',
      'openai_usage_day_requests{tier="premium",model="back\\\\slash"} 1',
      'openai_usage_day_requests{tier="premium",model="twonames"} 2',
      'openai_usage_day_requests{tier="premium",model="unnamed"} 2',
    ])
    expect(exposition([{ name: 'x', type: 'gauge', help: 'a\nb\\', samples: [[{ l: 'a\nb\\"' }, 1]] }])).toBe(
      '# HELP x a\\nb\\\\\n# TYPE x gauge\nx{l="a\\nb\\\\\\""} 1\n',
    )
  })

  it('has few series, however many models there are: fifty a tier and the rest as one, none lost', () => {
    const models = Array.from({ length: 400 }, (_, n) =>
      modelUsage({
        model: n === 0 ? 'other' : `m${n}`,
        input_tokens: n + 1,
        output_tokens: 0,
        total_tokens: n + 1,
        requests: 1,
      }),
    )
    const lines = linesOf('day_requests', { usage: usageView({ models }) })
    expect(lines).toHaveLength(51)
    expect(lines.map(line => Number(line.split(' ').at(-1))).reduce((a, b) => a + b)).toBe(400)
    expect(lines.at(-1)).toBe('openai_usage_day_requests{tier="premium",model="other"} 350')
    expect(lines[0]).toContain('model="m399"')
  })

  it('names no key, user, project or address', () => {
    const models = [modelUsage({ project_id: 'proj_secret', project_name: 'Secret' })]
    expect(text({ usage: usageView({ models }) })).not.toMatch(/secret/i)
  })
})
