import type { ChannelKind } from '../../../src/wire.ts'

// What the receivers document about bodies, read from their pages and not from the renderers. Each function gives the
// rules that a body breaks, in words; none where the receiver would take it.

type Json = Record<string, unknown>
type Rules = (body: Json) => string[]

const objects = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : -1)
const within = (name: string, value: unknown, least: number, most: number): string[] =>
  lengthOf(value) >= least && lengthOf(value) <= most ? [] : [`${name} has ${lengthOf(value)} of ${least} to ${most}`]
const counted = (name: string, list: readonly unknown[], most: number): string[] =>
  list.length >= 1 && list.length <= most ? [] : [`${list.length} ${name} of 1 to ${most}`]

/**
 * https://docs.slack.dev/reference/block-kit/blocks (header, section, context), .../composition-objects/text-object;
 * https://api.slack.com/changelog/2018-04-truncating-really-long-messages: 40,000 characters of text; 4,000 were asked for.
 */
const slackRules: Rules = body => {
  const unknown = Object.keys(body).filter(key => !['text', 'blocks'].includes(key))
  const blocks = objects(body.blocks)
  return [
    ...unknown.map(key => `key ${key}`),
    ...within('text', body.text, 1, 4000),
    ...(body.blocks === undefined ? [] : counted('blocks', blocks, 50)),
    ...blocks.flatMap(block => {
      if (block.type === 'header') return slackText('header', block.text, 150)
      if (block.type === 'section') {
        const fields = objects(block.fields)
        return [...counted('fields', fields, 10), ...fields.flatMap(each => slackText('field', each, 2000))]
      }
      if (block.type === 'context') {
        const elements = objects(block.elements)
        return [...counted('elements', elements, 10), ...elements.flatMap(each => slackText('element', each, 3000))]
      }
      return [`block ${String(block.type)}`]
    }),
  ]
}

function slackText(name: string, value: unknown, most: number): string[] {
  const { type, text } = value as Json
  return [...(type === 'plain_text' ? [] : [`${name} is ${String(type)}`]), ...within(name, text, 1, most)]
}

/** https://discord.com/developers/docs/resources/webhook#execute-webhook and .../message#embed-object-embed-limits. */
const discordRules: Rules = body => {
  const unknown = Object.keys(body).filter(key => !['content', 'embeds', 'allowed_mentions'].includes(key))
  const embeds = objects(body.embeds)
  const fields = embeds.flatMap(embed => objects(embed.fields))
  const described = embeds.filter(embed => embed.description !== undefined).map(embed => embed.description)
  const all = [...described, ...fields.flatMap(({ name, value }) => [name, value])]
  return [
    ...unknown.map(key => `key ${key}`),
    ...within('content', body.content, 1, 2000),
    ...(body.embeds === undefined ? [] : counted('embeds', embeds, 10)),
    ...embeds.flatMap(embed => counted('fields', objects(embed.fields), 25)),
    ...fields.flatMap(({ name, value }) => [...within('name', name, 1, 256), ...within('value', value, 1, 1024)]),
    ...described.flatMap(text => within('description', text, 1, 4096)),
    ...(all.reduce<number>((sum, text) => sum + lengthOf(text), 0) <= 6000 ? [] : ['embeds have more than 6000']),
    ...(JSON.stringify(body.allowed_mentions) === '{"parse":[]}' ? [] : ['it may mention somebody']),
  ]
}

/**
 * Standard Webhooks (spec, "Payload") has `type`, `timestamp` and `data`. Of those that read only `text`, Rocket.Chat takes
 * least: 5,000 characters as it is set up (Message_MaxAllowedSize).
 */
const genericRules: Rules = body => [
  ...within('text', body.text, 1, 5000),
  ...(Object.keys(body).length === 1 || ('type' in body && 'timestamp' in body && 'data' in body) ? [] : ['no event']),
]

export const DOCUMENTED: Record<ChannelKind, Rules> = {
  slack: slackRules,
  discord: discordRules,
  generic: genericRules,
}
