import fc from 'fast-check'
import { anyText } from './anyBytes.ts'

/** Appears in every page that is spoiled, as a value that nothing may repeat. */
export const PAGE_CANARY = 'sk-admin-q7Zp3xVt9LmK2wRd'

/** A page as OpenAI's description gives it, with all the fields that it may carry. */
export function soundPage(start: number, { results = 2, next = null as string | null } = {}): object {
  return {
    object: 'page',
    data: [
      {
        object: 'bucket',
        start_time: start,
        end_time: start + 86_400,
        results: Array.from({ length: results }, (_, n) => ({
          object: 'organization.usage.completions.result',
          input_tokens: 1000 + n,
          output_tokens: 500,
          input_cached_tokens: 400,
          input_audio_tokens: 0,
          output_audio_tokens: 0,
          num_model_requests: 5,
          project_id: 'proj_a',
          user_id: 'user-a',
          api_key_id: 'key_a',
          model: `gpt-4o-${n}`,
          batch: null,
          service_tier: 'default',
        })),
      },
    ],
    has_more: next !== null,
    next_page: next,
  }
}

type Spoil = (text: string) => string

const foreign = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '-1',
    '-0',
    '1.5',
    '1e999',
    '9007199254740993',
    '1e15',
    '[]',
    '{}',
    '""',
    '"\\ud800"',
  ),
  fc.constantFrom(`"${PAGE_CANARY}"`, `{"${PAGE_CANARY}":1}`, `["${PAGE_CANARY}"]`, `"${'x'.repeat(7000)}"`),
  fc.jsonValue({ maxDepth: 3 }).map(value => JSON.stringify(value)),
  fc.integer({ min: 1, max: 3000 }).map(depth => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 3000 }).map(depth => '{"a":'.repeat(depth) + 0 + '}'.repeat(depth)),
  fc.integer({ min: 1, max: 2000 }).map(times => `[${Array(times).fill('1').join()}]`),
  anyText.map(text => JSON.stringify(text)),
)

/** Positions as fractions, so that one drawn mutation fits a text of any length. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const at = (text: string, fraction: number) => Math.floor(fraction * text.length)
/** The values of the page's members, one after the other; nested ones begin with a bracket and are replaced in part. */
const MEMBER = /"\w+":("[^"]*"|[\d.]+|null|true|false|\[|\{)/g

const spoils: fc.Arbitrary<Spoil> = fc.oneof(
  // Another value for a member.
  {
    weight: 6,
    arbitrary: fc
      .tuple(place, foreign)
      .map(([where, value]) => replaceMember(where, member => `${nameOf(member)}${value}`)),
  },
  // The member twice; the last one counts in JSON.parse.
  {
    weight: 2,
    arbitrary: fc
      .tuple(place, foreign)
      .map(([where, value]) => replaceMember(where, member => `${nameOf(member)}${value},${member}`)),
  },
  { weight: 2, arbitrary: place.map(where => replaceMember(where, member => `"gone":${restOf(member)}`)) },
  { weight: 2, arbitrary: place.map(where => (text: string) => text.slice(0, at(text, where))) },
  {
    weight: 2,
    arbitrary: fc.tuple(place, anyText).map(([where, noise]) => (text: string) => {
      return text.slice(0, at(text, where)) + noise + text.slice(at(text, where) + noise.length)
    }),
  },
  { weight: 1, arbitrary: foreign.map(value => () => value) },
  { weight: 1, arbitrary: anyText.map(noise => (text: string) => `${noise}${text}${noise}`) },
)

function replaceMember(where: number, change: (member: string) => string): Spoil {
  return text => {
    const members = [...text.matchAll(MEMBER)]
    const chosen = members[Math.floor(where * members.length)]
    if (chosen === undefined) return text
    return text.slice(0, chosen.index) + change(chosen[0]) + text.slice(chosen.index + chosen[0].length)
  }
}

const nameOf = (member: string) => member.slice(0, member.indexOf(':') + 1)
const restOf = (member: string) => member.slice(member.indexOf(':') + 1)

/** A sound page with one to three things wrong with it. */
export function spoiledPage(start: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(null, 'page_2', `page_${'x'.repeat(5000)}`),
      fc.array(spoils, { minLength: 1, maxLength: 3 }),
    )
    .map(([next, changes]) => changes.reduce((text, spoil) => spoil(text), JSON.stringify(soundPage(start, { next }))))
}
