// Fault handlers that no life of the simulation meets, with the test that does, or why nothing can. The run fails when one
// of them is met after all, is gone, or its test no longer has the words.

type Excuse = { test: string; says: string } | { impossible: string }

const channel: Excuse = { test: 'pure/receivers/channel.test.ts', says: 'it must not carry a user name or password' }

export const REACHED_ELSEWHERE: Readonly<Record<string, Excuse>> = {
  'config/readConfig.ts: } catch {': { test: 'pure/config/config.test.ts', says: 'POLL_CRON' },
  'config/readConfig.ts: } catch { (2)': { test: 'pure/config/config.test.ts', says: 'MODEL_TIERS' },
  "receivers/channel.ts: if (!URL.canParse(bare)) return { ok: false, reason: 'is not a URL' }": channel,
  'receivers/channel.ts: ok: false,': channel,
  "receivers/channel.ts: if (url.username !== '' || url.password !== '') return { ok: false, reason: 'must not carry a user name or password' }":
    channel,
  "receivers/channel.ts: return { ok: false, reason: 'is a Slack URL but not an incoming webhook (https://hooks.slack.com/services/...)' }":
    channel,
  "receivers/channel.ts: return { ok: false, reason: 'is a Discord URL but not a webhook (https://discord.com/api/webhooks/id/token)' }":
    channel,
  'receivers/redactAnswer.ts: } catch {': {
    test: 'pure/receivers/redactAnswer.test.ts',
    says: 'a part with an escape that is none',
  },
  'tracker/schedule.ts: if (next === null) throw new RangeError(`POLL_CRON ${JSON.stringify(pollCron)} never comes true`)':
    { test: 'pure/tracker/schedule.test.ts', says: 'throws where it never comes' },
  'usage/utcDay.ts: if (Number.isNaN(ms)) throw new RangeError(`not a date: ${JSON.stringify(date)}`)': {
    test: 'pure/usage/utcDay.test.ts',
    says: 'not a date: "yesterday"',
  },
  "tracker/blindNotice.ts: if (trouble === null || failingSince === null) throw new RangeError('nobody is told of trouble that is not there')":
    { test: 'pure/tracker/blindNotice.test.ts', says: 'trouble that is not there' },
  "tracker/refusals.ts: return { ok: false, status: 503, code: 'not_configured', detail, retryAfterSeconds: null }": {
    test: 'workerd/security/canaries.test.ts',
    says: "toBe('not_configured')",
  },
  'outbox/drainDeliveries.ts: } catch (error) { (3)': {
    test: 'pure/outbox/drainDeliveries.test.ts',
    says: 'takes a throw from the sender as unknown',
  },
  "outbox/drainDeliveries.ts: return { outcome: 'unknown', error: describe(error) }": {
    test: 'pure/outbox/drainDeliveries.test.ts',
    says: 'takes a throw from the sender as unknown',
  },
  "tracker/deliveries.ts: return { outcome: 'failed', status: null, error: 'no longer configured', retryAfterMs: null }":
    {
      impossible:
        'what is owed to a receiver that is gone is parked at the start, and the configuration is fixed from then on',
    },
  "tracker/desk.ts: return { ok: false, fault: { kind: 'refused', status: 401, missingScope: null, requestId: null }, requests: 0 }":
    { impossible: 'nobody reads without a key: the refusal comes before' },
  "tracker/backfill.ts: if (from === undefined || to === undefined) throw new RangeError('a month always has closed days')":
    { impossible: 'of thirty days some are more than two days old' },
  "tracker/pollCycle.ts: if (oldest === undefined) throw new RangeError('a poll reads at least today')": {
    impossible: 'the open dates hold today',
  },
}
