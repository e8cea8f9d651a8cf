import * as v from 'valibot'
import { ALERT_KINDS, BRAKE_MODES, LIMIT_COUNTS, TIERS } from '../../../wire.ts'

/** Any whole number; what OpenAI revises down can be below 0. */
export const whole = v.pipe(v.number(), v.integer())
/** Tokens, requests, Unix seconds, percent. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
/** A UTC date. */
export const date = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/))

export const Tier = v.picklist(TIERS)
export const AlertKind = v.picklist(ALERT_KINDS)
export const LimitCounts = v.picklist(LIMIT_COUNTS)

export const BrakeMode = v.picklist(BRAKE_MODES)

/** Of all projects together. */
export const BrakeState = v.picklist(['off', 'watching', 'armed', 'set', 'releasing'])

/** What is wrong with the brake, and what to do. */
export const BrakeTrouble = v.object({ code: v.string(), message: v.string(), action: v.string() })
