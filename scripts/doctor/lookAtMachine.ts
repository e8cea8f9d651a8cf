import type { Secret } from '../../src/secret.ts'
import { DEV_VARS, othersMayRead } from '../installation/devVars.ts'
import { tryKey } from '../installation/tryKey.ts'
import { configOf, receiverLine, tryReceivers } from '../installation/tryReceivers.ts'
import { grouped } from '../installation/words.ts'
import { readToml } from '../installation/wranglerToml.ts'
import { environmentSettings, fileSettings } from '../settings.ts'
import { ROOT } from '../wrangler.ts'
import { fault, hint, type Look, ofCode } from './finding.ts'
import { lookAtLocalDatabase } from './lookAtLocalDatabase.ts'
import { REMEDIES } from './remedies.ts'
import { clockFindings, isProjectsKey, RECEIVERS } from './statusFindings.ts'

/** The settings of this machine, the key tried, and the local state. `sends`: each receiver gets a test message. */
export async function lookAtMachine({ sends }: { sends: boolean }): Promise<Look> {
  const settings = { ...readToml(ROOT).vars, ...fileSettings(ROOT), ...environmentSettings(process.env) }
  // npm start makes a token for a run where none is set.
  const config = configOf({ ...(settings.API_TOKEN === undefined && { API_TOKEN: 'x'.repeat(32) }), ...settings })
  const { adminKey, channels, problems, hints } = config
  const wrongKind = hints.filter(({ message }) => isProjectsKey(message))
  const key = adminKey === null || wrongKind.length > 0 ? null : await lookAtKey(adminKey, config)
  const receivers = sends ? await lookAtReceivers(config) : { findings: [], well: [] }
  const database = lookAtLocalDatabase(ROOT)
  return {
    findings: [
      ...(othersMayRead(ROOT)
        ? [fault(`Others on this machine may read ${DEV_VARS}, which holds the key.`, `chmod 600 ${DEV_VARS}`)]
        : []),
      ...problems.map(({ message }) => fault(message, 'docs/configuration.md says what each setting may be.')),
      ...(adminKey === null && !problems.some(({ name }) => name === 'OPENAI_ADMIN_KEY')
        ? [ofCode('not_configured', 'OPENAI_ADMIN_KEY is not set: npm start shows simulated data.', null)]
        : []),
      ...wrongKind.map(({ message }) => fault(message, ...REMEDIES.upstream_refused)),
      ...(key?.findings ?? []),
      ...receivers.findings,
      ...database.findings,
      ...hints.filter(({ message }) => !isProjectsKey(message)).map(({ message }) => hint(message)),
      ...(channels.length === 0 ? [hint('No receiver is set: alerts are noted, and nobody is told.', RECEIVERS)] : []),
    ],
    well: [
      `Node ${process.versions.node}, packages installed.`,
      ...(key?.well ?? []),
      `${channels.length} receivers${channels.length > 0 && !sends ? ' (npm run doctor -- --send sends each a test)' : ''}.`,
      ...receivers.well,
      ...database.well,
    ],
  }
}

async function lookAtKey(adminKey: Secret, config: Parameters<typeof tryKey>[1]): Promise<Look> {
  const { fault: refused, today, simulated, scopes, organisation, clockAheadS } = await tryKey(adminKey, config)
  const clock = clockAheadS === null ? [] : clockFindings(-clockAheadS)
  if (refused !== null) return { findings: [...clock, ofCode(refused.code, refused.message, refused.action)], well: [] }
  const names = scopes['api.management.read']
    ? 'Scopes api.usage.read, api.management.read.'
    : 'Scope api.usage.read alone: ids are shown in place of names.'
  const who = `${organisation ?? 'the organization'}${simulated ? ' (SIMULATED)' : ''}`
  return {
    findings: clock,
    well: [
      `The key reads ${who}: premium ${grouped(today.premium)}, mini ${grouped(today.mini)} tokens today. ${names}`,
    ],
  }
}

async function lookAtReceivers(config: ReturnType<typeof configOf>): Promise<Look> {
  const tried = await tryReceivers(config)
  return {
    findings: tried
      .filter(({ view }) => !view.success)
      .map(({ view }) =>
        fault(`The receiver ${view.id} does not take a test message: ${view.outcome}, ${view.detail}`, RECEIVERS),
      ),
    well: tried.filter(({ view }) => view.success).map(receiverLine),
  }
}
