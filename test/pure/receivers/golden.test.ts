import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/alerts/message.ts'
import type { Kind } from '../../../src/receivers/kind.ts'
import { KIND_NAMES, kindNamed } from '../../../src/receivers/kinds.ts'
import { sampleResolved, sampleTest } from '../alerts/sampleEnds.ts'
import { sampleCauses, sampleMessage } from '../alerts/sampleMessage.ts'
import { manyEntries, sampleMissed } from '../alerts/sampleMissed.ts'
import { sampleNotices } from '../alerts/sampleNotices.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'
import { DOCUMENTED } from './documentedLimits.ts'
import { sampleUrl } from './sampleUrls.ts'

// Each body that is ever sent, whole, as a file: what a change does to receivers shows in its diff. After a change that is
// meant, `GOLDEN=write npx vitest run --project pure test/pure/receivers/golden.test.ts` and `npm run fix` write them anew.

const FOLDER = join(import.meta.dirname, 'golden')

const MESSAGES: Record<string, Message> = {
  alert: sampleMessage(),
  'alert-late': sampleMessage({
    tokensUsed: 1_120_400,
    percentage: 112,
    threshold: 100,
    thresholds: [100],
    late: true,
  }),
  'alert-who': sampleMessage({ causes: sampleCauses() }),
  missed: sampleMissed(),
  'missed-many': sampleMissed({ entries: manyEntries(23) }),
  blind: sampleWatch(),
  seeing: sampleWatch({ kind: 'seeing', id: 'seeing-9', firedAt: 1_734_610_800 }),
  ...Object.fromEntries(Object.entries(sampleNotices()).map(([kind, message]) => [kind.replace('_', '-'), message])),
  resolved: sampleResolved(),
  test: sampleTest(),
}
/** Only receivers that hold incidents open are told of their end. */
const isTold = (kind: Kind, name: string) => name !== 'resolved' || kind.hasState === true
const OPTIONS = {
  rich: { plain: false, possibleRepeat: false },
  plain: { plain: true, possibleRepeat: false },
  'rich-repeat': { plain: false, possibleRepeat: true },
  'plain-repeat': { plain: true, possibleRepeat: true },
  'rich-linked': { plain: false, possibleRepeat: false, publicUrl: 'https://usage.example.com/' },
}

const BODIES = KIND_NAMES.flatMap(kind =>
  Object.entries(MESSAGES)
    .filter(([name]) => isTold(kindNamed(kind), name))
    .flatMap(([name, message]) =>
      Object.entries(OPTIONS)
        // One message shows what a possible repeat looks like, and a link.
        .filter(([form]) => !/repeat|linked/.test(form) || name === 'alert')
        .map(([form, options]) => {
          const body = JSON.stringify(kindNamed(kind).render(message, options, sampleUrl(kind)))
          return { kind, file: `${kind}-${name}-${form}.json`, body }
        }),
    ),
)

describe('the body', () => {
  it.each(BODIES)('$file is sent exactly so, and is within what $kind documents', ({ kind, file, body }) => {
    if (process.env.GOLDEN === 'write')
      writeFileSync(join(FOLDER, file), `${JSON.stringify(JSON.parse(body), null, 2)}\n`)
    expect(body).toBe(JSON.stringify(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))))
    expect(DOCUMENTED[kind](JSON.parse(body))).toEqual([])
  })

  it('of every file in the folder is one that is sent', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(BODIES.map(({ file }) => file).sort())
  })
})
