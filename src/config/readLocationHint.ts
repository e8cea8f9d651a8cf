import type { VarReader } from './varReader.ts'

export const LOCATION_VARS = ['LOCATION_HINT'] as const

/** https://developers.cloudflare.com/durable-objects/reference/data-location/#supported-locations-1 */
const LOCATIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const

export type LocationHint = (typeof LOCATIONS)[number]

/** Where the platform is to create the object; null leaves that to the first who asks for it. */
export function readLocationHint(vars: VarReader<(typeof LOCATION_VARS)[number]>): LocationHint | null {
  return vars.read(
    {
      name: 'LOCATION_HINT',
      parse: text => LOCATIONS.find(location => location === text.toLowerCase()) ?? null,
      fallback: null,
      wanted: `one of ${LOCATIONS.join(', ')}`,
    },
    vars.unquoted('LOCATION_HINT'),
  )
}
