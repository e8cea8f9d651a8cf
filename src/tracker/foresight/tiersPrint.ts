import { fingerprint } from '../../config/fingerprint.ts'
import { CATALOGUE } from '../../models.ts'
import type { Desk } from '../desk.ts'

/** A poll asks several times. */
const made = new WeakMap<object, string>()

/** Changes with MODEL_TIERS and with the catalogue: a past day is counted by the tiers of today. */
export function tiersPrint({ config: { modelTiers } }: Desk): string {
  const known = made.get(modelTiers)
  if (known !== undefined) return known
  const listed = CATALOGUE.map(({ family, tier }) => `${family} ${tier}`)
  const print = fingerprint([listed, [...modelTiers].map(entry => entry.join(' '))])
  made.set(modelTiers, print)
  return print
}
