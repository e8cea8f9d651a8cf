import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Causes } from '../../../src/alerts/causes.ts'
import type { Message } from '../../../src/alerts/message.ts'
import { messageText } from '../../../src/alerts/wordsOf.ts'
import { sampleMessage } from './sampleMessage.ts'
import { sampleMissed } from './sampleMissed.ts'
import { sampleNotices } from './sampleNotices.ts'
import { sampleWatch } from './sampleWatch.ts'

const PAGE = join(import.meta.dirname, '../../../docs/messages.md')

/** The samples of the tests have names that mean harm; these are what people choose. */
const causes: Causes = {
  models: [{ id: 'gpt-5-2025-08-07', name: 'gpt-5-2025-08-07', tokens: 320_000 }],
  projects: [{ id: 'proj_a', name: 'Assistant', tokens: 300_000 }],
  keys: [{ id: 'key_a', name: 'ci-nightly', tokens: 300_000 }],
}
const { pace, digest, ...others } = sampleNotices()
const headlines = ['⚠️ OpenAI Usage Alert: PREMIUM tier at 85%']

const EXAMPLES: [title: string, message: Message][] = [
  ['threshold', sampleMessage({ causes })],
  ['threshold, days that are over', sampleMissed()],
  ['pace', { ...pace, causes }],
  ...Object.values(others).map((message): [string, Message] => [message.kind, message]),
  ['digest', { ...digest, causes, counts: 'all', alerts: { count: 1, headlines } }],
  ['watch', sampleWatch()],
  ['watch, its end', sampleWatch({ kind: 'seeing' })],
]

/** `GOLDEN=write` writes it anew. */
it('docs/messages.md shows an example of each kind of message, word for word', () => {
  const examples = EXAMPLES.map(([title, message]) => {
    const lines = messageText(message, { possibleRepeat: false }).split('\n')
    return `## ${title}\n\n${lines.map(line => `    ${line}`).join('\n')}\n`
  })
  const page = `# What the messages say

One example of each kind, as plain text; receivers that can show more get the same words as cards, fields or blocks. When each comes stands in
[receivers](receivers.md#what-is-told).

${examples.join('\n')}`
  if (process.env.GOLDEN === 'write') writeFileSync(PAGE, page)
  expect(readFileSync(PAGE, 'utf8')).toBe(page)
})
