import type { ChannelKind } from '../../../src/wire.ts'

// What the receivers document about bodies, read from their pages and not from the renderers. Each function gives the
// rules that a body breaks, in words; none where the receiver would take it.

type Json = Record<string, unknown>
type Rules = (body: Json) => string[]

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length
const keys = (name: string, value: unknown, known: readonly string[]): string[] =>
  Object.keys((value ?? {}) as Json)
    .filter(key => !known.includes(key))
    .map(key => `${name} has ${key}`)
const oneOf = (name: string, value: unknown, known: readonly unknown[]): string[] =>
  known.includes(value) ? [] : [`${name} is ${String(value)}`]
const url = (name: string, value: unknown): string[] =>
  value === undefined || (typeof value === 'string' && /^https?:\/\//.test(value)) ? [] : [`${name} is no URL`]

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
        if (block.fields === undefined) return slackLink(block.text)
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

/** The one text with markup: a link that is ours. */
function slackLink(value: unknown): string[] {
  const { type, text } = value as Json
  const isLink = typeof text === 'string' && /^<https?:[^<>|]+\|[\w ]+>$/.test(text)
  return [...(type === 'mrkdwn' && isLink ? [] : ['a section without fields']), ...within('link', text, 1, 3000)]
}

/** https://discord.com/developers/docs/resources/webhook#execute-webhook and .../message#embed-object-embed-limits. */
const discordRules: Rules = body => {
  const unknown = Object.keys(body).filter(key => !['content', 'embeds', 'allowed_mentions'].includes(key))
  const embeds = objects(body.embeds)
  const fields = embeds.flatMap(embed => objects(embed.fields))
  const titles = embeds.flatMap(embed => (embed.title === undefined ? [] : [embed.title]))
  const described = embeds.filter(embed => embed.description !== undefined).map(embed => embed.description)
  const all = [...titles, ...described, ...fields.flatMap(({ name, value }) => [name, value])]
  return [
    ...unknown.map(key => `key ${key}`),
    ...within('content', body.content, 1, 2000),
    ...(body.embeds === undefined ? [] : counted('embeds', embeds, 10)),
    ...embeds.flatMap(embed => counted('fields', objects(embed.fields), 25)),
    ...fields.flatMap(({ name, value }) => [...within('name', name, 1, 256), ...within('value', value, 1, 1024)]),
    ...titles.flatMap(text => within('title', text, 1, 256)),
    ...embeds.flatMap(embed => url('url', embed.url)),
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

/**
 * https://adaptivecards.io/explorer/ (version 1.4) in the message of
 * https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook; 28 KB in all.
 */
const teamsRules: Rules = body => {
  const [attachment, ...others] = objects(body.attachments)
  const card = (attachment?.content ?? {}) as Json
  const items = objects(card.body).flatMap(item => (item.type === 'Container' ? objects(item.items) : [item]))
  return [
    ...keys('body', body, ['type', 'attachments']),
    ...oneOf('type', body.type, ['message']),
    ...(others.length > 0 ? ['several attachments'] : []),
    ...oneOf('contentType', attachment?.contentType, ['application/vnd.microsoft.card.adaptive']),
    ...keys('card', card, ['$schema', 'type', 'version', 'body', 'actions']),
    ...oneOf('card', card.type, ['AdaptiveCard']),
    ...oneOf('version', card.version, ['1.4']),
    ...counted('items', items, 100),
    ...objects(card.body).flatMap(({ type, style }) =>
      type === 'Container' ? oneOf('style', style, ['good', 'warning', 'attention']) : [],
    ),
    ...items.flatMap(item => {
      if (item.type === 'TextBlock') return within('text', item.text, 1, 28_000)
      const facts = objects(item.facts)
      if (item.type !== 'FactSet') return [`item ${String(item.type)}`]
      return [
        ...counted('facts', facts, 100),
        ...facts.flatMap(({ title, value }) => [
          ...within('title', title, 1, 1000),
          ...within('value', value, 1, 1000),
        ]),
      ]
    }),
    ...objects(card.actions).flatMap(action => [
      ...oneOf('action', action.type, ['Action.OpenUrl']),
      ...within('title', action.title, 1, 100),
      ...url('url', action.url),
    ]),
    ...(bytes(body) <= 28 * 1024 ? [] : [`${bytes(body)} bytes`]),
  ]
}

/**
 * https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages: 4,096 characters of text, 32,000 bytes in
 * all; .../v1/cards#Card: up to 100 widgets.
 */
const googlechatRules: Rules = body => {
  const cards = objects(body.cardsV2).map(({ card }) => card as Json)
  const widgets = cards.flatMap(card => objects(card.sections)).flatMap(section => objects(section.widgets))
  return [
    ...keys('body', body, ['text', 'fallbackText', 'cardsV2', 'thread']),
    ...('text' in body ? within('text', body.text, 1, 4096) : counted('widgets', widgets, 100)),
    ...('cardsV2' in body ? within('fallbackText', body.fallbackText, 1, 4096) : []),
    ...within('threadKey', (body.thread as Json).threadKey, 1, 4000),
    ...widgets.flatMap(widget => {
      const [[name, given] = ['', {}], ...more] = Object.entries(widget) as [string, Json][]
      if (more.length > 0) return ['a widget of several kinds']
      if (name === 'textParagraph') return within(name, given.text, 1, 4096)
      if (name === 'decoratedText')
        return [...within('text', given.text, 1, 4096), ...within('topLabel', given.topLabel, 1, 4096)]
      if (name !== 'buttonList') return [`widget ${name}`]
      return objects(given.buttons).flatMap(({ text, onClick }) => [
        ...within('button', text, 1, 40),
        ...url('link', ((onClick as Json).openLink as Json).url),
      ])
    }),
    ...(bytes(body) <= 32_000 ? [] : [`${bytes(body)} bytes`]),
  ]
}

/** https://core.telegram.org/bots/api#sendmessage and #html-style: of its tags these two, each closed. */
const telegramRules: Rules = body => {
  const bare = String(body.text).replace(/<([bi])>[^<>]*<\/\1>/g, '')
  const buttons = ((body.reply_markup as Json | undefined)?.inline_keyboard ?? []) as Json[][]
  return [
    ...keys('body', body, [
      'chat_id',
      'message_thread_id',
      'text',
      'parse_mode',
      'link_preview_options',
      'reply_markup',
    ]),
    ...within('chat_id', body.chat_id, 1, 64),
    ...oneOf('message_thread_id', typeof body.message_thread_id, ['number', 'undefined']),
    ...within('text', body.text, 1, 4096),
    ...oneOf('parse_mode', body.parse_mode, ['HTML', undefined]),
    ...(body.parse_mode === 'HTML' && /[<>]|&(?!amp;|lt;|gt;)/.test(bare) ? ['HTML that is none'] : []),
    ...buttons.flat().flatMap(button => [...within('button', button.text, 1, 64), ...url('url', button.url)]),
  ]
}

/** https://docs.ntfy.sh/publish/#publish-as-json: 4,096 bytes of message; #message-priority: 1 to 5; actions: at most three. */
const ntfyRules: Rules = body => [
  ...keys('body', body, ['topic', 'title', 'message', 'priority', 'tags', 'click', 'actions']),
  ...(/^[-_A-Za-z0-9]{1,64}$/.test(String(body.topic)) ? [] : ['no topic']),
  ...(body.title === undefined ? [] : within('title', body.title, 1, 1000)),
  ...within('message', body.message, 1, 4096),
  ...(new TextEncoder().encode(String(body.message)).length <= 4096 ? [] : ['message becomes an attachment']),
  ...oneOf('priority', body.priority, [1, 2, 3, 4, 5, undefined]),
  ...url('click', body.click),
  ...objects(body.actions).flatMap(action => [
    ...oneOf('action', action.action, ['view']),
    ...within('label', action.label, 1, 100),
    ...url('url', action.url),
  ]),
]

/** https://gotify.net/api-docs#/message/createMessage and https://gotify.net/docs/msgextras. */
const gotifyRules: Rules = body => {
  const extras = (body.extras ?? {}) as Record<string, Json>
  return [
    ...keys('body', body, ['title', 'message', 'priority', 'extras']),
    ...(body.title === undefined ? [] : within('title', body.title, 1, 1000)),
    ...within('message', body.message, 1, 10_000),
    ...(Number(body.priority) >= 0 && Number(body.priority) <= 10 ? [] : ['priority']),
    ...keys('extras', extras, ['client::display', 'client::notification']),
    ...oneOf('contentType', extras['client::display']?.contentType, ['text/markdown', undefined]),
    ...url('click', (extras['client::notification']?.click as Json | undefined)?.url),
  ]
}

/**
 * https://developers.mattermost.com/integrate/webhooks/incoming/ and .../reference/message-attachments/: 16,383 characters; a
 * `type` that it does not know is answered with 500 (mattermost#31786).
 */
const mattermostRules: Rules = body => {
  const attachments = objects(body.attachments)
  const fields = attachments.flatMap(attachment => objects(attachment.fields))
  return [
    ...keys('body', body, ['text', 'attachments']),
    ...within('text', body.text, 1, 16_383),
    ...attachments.flatMap(attachment => [
      ...keys('attachment', attachment, ['fallback', 'color', 'title', 'title_link', 'text', 'fields']),
      ...(/^#[0-9a-f]{6}$/.test(String(attachment.color)) ? [] : ['colour']),
      ...within('fallback', attachment.fallback, 1, 16_383),
      ...url('title_link', attachment.title_link),
    ]),
    ...fields.flatMap(({ title, value }) => [...within('title', title, 1, 1000), ...within('value', value, 1, 4000)]),
  ]
}

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/: 512 KB in all. */
const pagerdutyRules: Rules = body => {
  const event = [
    ...keys('body', body, [
      ...['routing_key', 'event_action', 'dedup_key', 'payload', 'client', 'client_url', 'links'],
    ]),
    ...within('routing_key', body.routing_key, 32, 32),
    ...within('dedup_key', body.dedup_key, 1, 255),
    ...oneOf('event_action', body.event_action, ['trigger', 'resolve']),
    ...(bytes(body) <= 512 * 1024 ? [] : [`${bytes(body)} bytes`]),
  ]
  if (body.event_action === 'resolve') return event
  const payload = (body.payload ?? {}) as Json
  return [
    ...event,
    ...keys('payload', payload, ['summary', 'source', 'severity', 'timestamp', 'class', 'custom_details']),
    ...within('summary', payload.summary, 1, 1024),
    ...within('source', payload.source, 1, 255),
    ...oneOf('severity', payload.severity, ['critical', 'error', 'warning', 'info']),
    ...url('client_url', body.client_url),
    ...objects(body.links).flatMap(link => [...url('href', link.href), ...within('text', link.text, 1, 255)]),
  ]
}

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml: postableAlerts, and what its API refuses. */
const alertmanagerRules: Rules = body =>
  Array.isArray(body) && body.length > 0
    ? (body as Json[]).flatMap(alert => [
        ...keys('alert', alert, ['labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL']),
        ...within('alertname', (alert.labels as Json).alertname, 1, 100),
        ...Object.entries({ ...(alert.labels as Json), ...(alert.annotations as Json) }).flatMap(([name, value]) =>
          /^[a-zA-Z_]\w*$/.test(name) && typeof value === 'string' && value !== '' && value.isWellFormed()
            ? []
            : [`label ${name}`],
        ),
        ...(Date.parse(String(alert.startsAt)) <= Date.parse(String(alert.endsAt)) ? [] : ['it ends before it starts']),
        ...url('generatorURL', alert.generatorURL),
      ])
    : ['no list']

/** https://developers.cloudflare.com/email-service/api/send-emails/workers-api/; RFC 5322: 998 characters of subject. */
const emailRules: Rules = body => [
  ...keys('email', body, ['subject', 'text', 'html']),
  ...within('subject', body.subject, 1, 998),
  ...(/[\r\n]/.test(String(body.subject)) ? ['subject of several lines'] : []),
  ...within('text', body.text, 1, 5_000_000),
  ...(body.html === undefined ? [] : within('html', body.html, 1, 5_000_000)),
]

export const DOCUMENTED: Record<ChannelKind, Rules> = {
  slack: slackRules,
  discord: discordRules,
  teams: teamsRules,
  googlechat: googlechatRules,
  telegram: telegramRules,
  ntfy: ntfyRules,
  gotify: gotifyRules,
  mattermost: mattermostRules,
  pagerduty: pagerdutyRules,
  alertmanager: alertmanagerRules,
  email: emailRules,
  generic: genericRules,
}
