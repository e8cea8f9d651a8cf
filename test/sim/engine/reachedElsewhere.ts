// Fault handlers that no life of the simulation meets, with the test that does, or why nothing can. The run fails when one
// of them is met after all, is gone, or its test no longer has the words.

type Excuse = { test: string; says: string } | { impossible: string }

const channel: Excuse = { test: 'pure/receivers/channel.test.ts', says: 'it must not carry a user name or password' }

const fates: Excuse = { test: 'pure/receivers/fates.test.ts', says: 'is repeated when nothing answers within 15 s' }

const heartbeat: Excuse = { test: 'workerd/tracker/heartbeat.test.ts', says: 'it answered 404' }

const email: Excuse = { test: 'pure/receivers/email.test.ts', says: 'may have arrived after' }

export const REACHED_ELSEWHERE: Readonly<Record<string, Excuse>> = {
  'config/readSchedule.ts: } catch {': { test: 'pure/config/config.test.ts', says: 'POLL_CRON' },
  'config/readModelTiers.ts: } catch {': { test: 'pure/config/config.test.ts', says: 'MODEL_TIERS' },
  "receivers/channel.ts: if (!URL.canParse(bare)) return { ok: false, reason: 'is not a URL' }": channel,
  'receivers/channel.ts: ok: false,': channel,
  "receivers/channel.ts: if (url.username !== '' || url.password !== '') return { ok: false, reason: 'must not carry a user name or password' }":
    channel,
  'receivers/channel.ts: if (objection !== null) return { ok: false, reason: objection }': channel,
  'receivers/email.ts: } catch (error) {': email,
  "receivers/email.ts: return { outcome: 'unknown', error: 'the email service did not say whether it took the message' }":
    email,
  "receivers/email.ts: return { outcome: 'failed', status: null, error, retryAfterMs: null }": email,
  "receivers/email.ts: return { outcome: 'refused', status: null, error: `the email service answered: ${meaning}` }":
    email,
  'receivers/email.ts: } catch {': { test: 'pure/receivers/channel.test.ts', says: 'mailto:%zz@example.com' },
  'tracker/messages/receiverTests.ts: return { ok: false, status, code, detail, retryAfterSeconds }': {
    test: 'workerd/tracker/receivers.test.ts',
    says: 'knows no receiver',
  },
  "tracker/messages/resolveEnded.ts: if (first === undefined) throw new RangeError('nothing has ended')": {
    impossible: 'a group has one delivery at least',
  },
  "openai/modelPermissions.ts: if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the policy') }":
    {
      test: 'pure/openai/modelPermissions.test.ts',
      says: '"mode":"sometimes"',
    },
  "tracker/brake/brakes.ts: return { ok: false, status: 409, code: 'brake_off', detail, retryAfterSeconds: null }": {
    test: 'workerd/brake/brake.test.ts',
    says: 'brake_off',
  },
  'receivers/redactAnswer.ts: } catch {': {
    test: 'pure/receivers/redactAnswer.test.ts',
    says: 'a part with an escape that is none',
  },
  'tracker/cycle/schedule.ts: if (next === null) throw new RangeError(`POLL_CRON ${JSON.stringify(pollCron)} never comes true`)':
    { test: 'pure/tracker/cycle/schedule.test.ts', says: 'throws where it never comes' },
  'usage/utcDay.ts: if (Number.isNaN(ms)) throw new RangeError(`not a date: ${JSON.stringify(date)}`)': {
    test: 'pure/usage/utcDay.test.ts',
    says: 'not a date: "yesterday"',
  },
  "tracker/watch/blindNotice.ts: if (trouble === null || failingSince === null) throw new RangeError('nobody is told of trouble that is not there')":
    { test: 'pure/tracker/watch/blindNotice.test.ts', says: 'trouble that is not there' },
  "tracker/cycle/refusals.ts: return { ok: false, status: 503, code: 'not_configured', detail, retryAfterSeconds: null }":
    {
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
  "tracker/messages/deliveries.ts: return { outcome: 'failed', status: null, error: 'no longer configured', retryAfterMs: null }":
    {
      impossible:
        'what is owed to a receiver that is gone is parked at the start, and the configuration is fixed from then on',
    },
  'tracker/desk.ts: return { ok: false, fault, requests: 0 }': {
    impossible: 'nobody reads without a key: the refusal comes before',
  },
  "tracker/reads/readMonth.ts: if (dates.length === 0) throw new RangeError('a month always has closed days')": {
    impossible: 'of thirty days some are more than two days old',
  },
  "tracker/cycle/gatherDates.ts: if (oldest === undefined || newest === undefined) throw new RangeError('a read is of one date at least')":
    {
      impossible: 'today is always among the dates of a poll, and a side read has one',
    },
  'config/varReader.ts: } catch {': { test: 'pure/fuzz/config.test.ts', says: 'anyTomlVars' },
  "openai/bucketPage.ts: if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the page') }": {
    test: 'pure/openai/usagePage.test.ts',
    says: 'data is missing',
  },
  "openai/askOpenAI.ts: if (!upstream.budget.take()) return { ok: false, fault: { kind: 'postponed' } }": {
    test: 'pure/openai/readUsage.test.ts',
    says: 'postponed',
  },
  'openai/faultOfStatus.ts: } catch {': {
    test: 'pure/openai/upstreamFault.test.ts',
    says: 'names the missing scope of a %i, whatever its form',
  },
  "openai/namePage.ts: if (!parsed.success) return { ok: false, detail: wordsOf(parsed.issues[0], 'the list') }": {
    test: 'pure/openai/readNames.test.ts',
    says: 'the list is not Object',
  },
  "receivers/classifyStatus.ts: if (MALFORMED.has(status)) return { outcome: 'malformed', status, error: error('it does not take this message') }":
    fates,
  "receivers/classifyStatus.ts: return { outcome: 'failed', status, error: error(status === 429 ? 'too many messages' : 'not now'), retryAfterMs }":
    fates,
  "receivers/classifyStatus.ts: return { outcome: 'refused', status, error: error(HINTS[status] ?? 'it refuses the request') }":
    fates,
  'receivers/heartbeat.ts: response.body?.cancel().catch(() => {})': heartbeat,
  'receivers/heartbeat.ts: return { ok: false, status, detail: `it answered ${status}` }': heartbeat,
  'openai/askOpenAI.ts: } catch { (2)': {
    impossible: 'a body of fetch is a stream of bytes; others come from the stand-ins of tests alone',
  },
  'tracker/foresight/guarded.ts: } catch (error) {': {
    test: 'workerd/foresight/ownFault.test.ts',
    says: 'goes on polling and warning by thresholds',
  },
  'tracker/foresight/todayOutlook.ts: } catch {': {
    test: 'workerd/foresight/ownFault.test.ts',
    says: 'goes on polling and warning by thresholds',
  },
  "tracker/cycle/reconciler.ts: return { ok: false, status: 429, code: 'too_soon', detail, retryAfterSeconds: seconds }":
    {
      test: 'workerd/tracker/reconcile.test.ts',
      says: 'too_soon',
    },
  'tracker/cycle/reconciler.ts: return { ok: false, status: 502, code, detail: `${message} ${action}`, retryAfterSeconds: null }':
    { test: 'workerd/tracker/reconcile.test.ts', says: 'hours_do_not_add_up' },
  'tracker/cycle/reconcileDay.ts: if (!addsUp(byHour, groups, classify)) return { ok: false, fault: null, error: DOES_NOT_ADD_UP }':
    { test: 'workerd/tracker/reconcile.test.ts', says: 'upstream_does_not_add_up' },
  "tracker/cycle/reconcileDay.ts: return { ok: false, fault: { kind: 'malformed', detail, requestId: null } }": {
    test: 'pure/tracker/cycle/reconcileDay.test.ts',
    says: 'upstream_does_not_add_up',
  },
  'outbox/drainDeliveries.ts: } catch (error) {': {
    test: 'pure/outbox/drainDeliveries.test.ts',
    says: 'does not throw when what is due cannot be read',
  },
}
