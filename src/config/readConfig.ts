import type { ConfigProblem } from '../wire.ts'
import { atMost } from './atMost.ts'
import { AUTH_VARS, type Auth, readAuth } from './readAuth.ts'
import { BADGE_VARS, type Badge, readBadge } from './readBadge.ts'
import { BRAKE_VARS, type Brake, readBrake } from './readBrake.ts'
import { BUDGET_VARS, type Budget, readBudget } from './readBudget.ts'
import { CORS_VARS, readCorsOrigins } from './readCorsOrigins.ts'
import { FORESIGHT_VARS, type Foresight, readForesight } from './readForesight.ts'
import { HEARTBEAT_VARS, type Heartbeat, readHeartbeat } from './readHeartbeat.ts'
import { DEFAULT_LIMITS, DEFAULT_THRESHOLDS, LIMIT_VARS, type Limits, readLimits } from './readLimits.ts'
import { LOCATION_VARS, type LocationHint, readLocationHint } from './readLocationHint.ts'
import { MODEL_VARS, type ModelTiers, readModelTiers } from './readModelTiers.ts'
import { PUBLIC_VARS, readPublicUrl } from './readPublicUrl.ts'
import { RECEIVER_VARS, type Receivers, readReceivers } from './readReceivers.ts'
import {
  DEFAULT_POLL_COOLDOWN_SECONDS,
  DEFAULT_POLL_CRON,
  readSchedule,
  SCHEDULE_VARS,
  type Schedule,
} from './readSchedule.ts'
import { DEFAULT_BASE_URL, readUpstream, UPSTREAM_VARS, type Upstream } from './readUpstream.ts'
import { VarReader } from './varReader.ts'

export { type Auth, SHORTEST_API_TOKEN } from './readAuth.ts'

// Bindings in, checked values out. Every bad value becomes a named problem and the documented default; nothing here
// throws, because a typo in a limit must not stop the polling that the other limit relies on. Values of secrets are
// never repeated in a problem or a hint.

export const VAR_NAMES = [
  ...UPSTREAM_VARS,
  ...LIMIT_VARS,
  ...BUDGET_VARS,
  ...BRAKE_VARS,
  ...FORESIGHT_VARS,
  ...HEARTBEAT_VARS,
  ...RECEIVER_VARS,
  ...PUBLIC_VARS,
  ...LOCATION_VARS,
  ...SCHEDULE_VARS,
  ...MODEL_VARS,
  ...AUTH_VARS,
  ...CORS_VARS,
  ...BADGE_VARS,
] as const

/**
 * The Worker's variables and secrets, all optional. Text, as secrets and `wrangler dev --var` give them; what `[vars]`
 * gives beside text (numbers, lists, tables) is understood too.
 */
export type Vars = Partial<Record<(typeof VAR_NAMES)[number], string>>

export interface Config
  extends Upstream,
    Limits,
    Budget,
    Badge,
    Brake,
    Foresight,
    Heartbeat,
    Receivers,
    Schedule,
    ModelTiers {
  auth: Auth
  corsOrigins: string[]
  /** The dashboard's address, for links in messages; null where it is not set. */
  publicUrl: string | null
  /** Where the object is created; null: wherever the platform finds best. */
  locationHint: LocationHint | null
  /** Values that are not used, and what holds instead. */
  problems: ConfigProblem[]
  /** Values that are used, but look like a mistake. */
  hints: ConfigProblem[]
}

export const DEFAULTS = {
  baseUrl: DEFAULT_BASE_URL,
  limits: DEFAULT_LIMITS,
  thresholds: DEFAULT_THRESHOLDS,
  pollCron: DEFAULT_POLL_CRON,
  pollCooldownSeconds: DEFAULT_POLL_COOLDOWN_SECONDS,
} as const

/** Never throws, whatever the variables hold. */
export function readConfig(vars: Vars): Config {
  const reader = new VarReader<(typeof VAR_NAMES)[number]>(vars)
  return {
    ...readUpstream(reader),
    ...readLimits(reader),
    ...readBudget(reader),
    ...readBrake(reader),
    ...readForesight(reader),
    ...readHeartbeat(reader),
    ...readReceivers(reader),
    ...readSchedule(reader),
    ...readModelTiers(reader),
    ...readBadge(reader),
    auth: readAuth(reader),
    corsOrigins: readCorsOrigins(reader),
    publicUrl: readPublicUrl(reader),
    locationHint: readLocationHint(reader),
    // Last: by now everything was read. A variable gives a few hints at most, but a problem for each entry of a list.
    problems: atMost('problems', reader.problems),
    hints: reader.hints,
  }
}
