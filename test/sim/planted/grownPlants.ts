import { longPlant, type Plant, plant } from './plant.ts'

/** Each of these was once in the product, which was right while it was young, small and well. */
export const GROWN_PLANTS: readonly Plant[] = [
  longPlant(
    'age',
    plant(
      'deliveries-scanned',
      'tracker/store/deliveryStore.ts',
      "WHERE state = 'pending' ORDER BY due_ms DESC",
      "WHERE state || '' = 'pending' ORDER BY due_ms DESC",
    ),
  ),
  longPlant(
    'age',
    plant(
      'messages-kept',
      'tracker/store/prune.ts',
      "sql.all('DELETE FROM delivery WHERE created_ms < ?', before)",
      '',
    ),
  ),
  longPlant(
    'size',
    plant(
      'a-row-a-group',
      'tracker/cycle/pollCycle.ts',
      'updateOpenDay(sql, day)',
      'for (const _ of day.groups) updateOpenDay(sql, day)',
    ),
  ),
  longPlant(
    'size',
    plant('requests-without-bound', 'tracker/desk.ts', 'REQUESTS_PER_WAKE = 40', 'REQUESTS_PER_WAKE = 4000'),
  ),
  longPlant(
    'lasting',
    plant(
      'hours-hold-up-the-close',
      'tracker/cycle/settleReading.ts',
      'final: closes,',
      'final: closes && held.hoursRevision === held.groupsRevision,',
    ),
  ),
  longPlant(
    'lasting',
    plant('minutes-never-given-up', 'tracker/reads/sideReads.ts', 'MINUTE_TRIES = 4', 'MINUTE_TRIES = 4e9'),
  ),
  longPlant(
    'lasting',
    plant('one-date-stops-the-poll', 'tracker/cycle/pollCycle.ts', 'TODAY_ALONE_AFTER = 2', 'TODAY_ALONE_AFTER = 7'),
  ),
  longPlant(
    'lasting',
    plant(
      'settled-days-read-again',
      'tracker/cycle/pollCycle.ts',
      'return closesAt(date) <= nowS && !',
      'return closesAt(date) < 0 && !',
    ),
  ),
  plant(
    'no-receiver-no-message',
    'tracker/messages/heedSettings.ts',
    'keepsFor: todays.has(id) || isYoung',
    'keepsFor: isYoung',
  ),
  longPlant(
    'lasting',
    plant(
      'handed-before-acknowledged',
      'tracker/store/owedStore.ts',
      'handed = 0 AND acked >= revision',
      'handed = 0 AND acked < 9e9',
    ),
  ),
  longPlant(
    'lasting',
    plant(
      'empty-hours-believed',
      'tracker/reads/readHours.ts',
      'if (!isBelieved(',
      'if (answer.size > 24 && !isBelieved(',
    ),
  ),
  plant(
    'fingerprint-ignored',
    'tracker/messages/heedSettings.ts',
    'const upstream = state.upstreamPrint !== config.upstreamFingerprint',
    'const upstream = false',
  ),
  plant(
    'old-days-fire-anew',
    'tracker/cycle/settleReading.ts',
    'knownTokens: late ? countedTokens(before[tier], config.limitCounts) : 0',
    'knownTokens: 0 * countedTokens(before[tier], config.limitCounts)',
  ),
  plant(
    'a-message-for-each-missed-day',
    'tracker/cycle/settleReading.ts',
    'over.length === 1 ? over : []',
    'over.length > 0 ? over.splice(0) : []',
  ),
]
