/** What a generic receiver gets (receivers/generic.ts); the golden bodies of the tests are held to it. */
export function webhooks(): object {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  })
  return {
    alert: {
      post: {
        operationId: 'receiveAlert',
        summary: 'What a generic receiver gets',
        description:
          'Standard Webhooks. A message can come twice: receivers drop repeats by `id`. Signed where ALERT_WEBHOOK_SECRET is set. What `data` has for each `type` stands in docs/messages.md and beside it at the top.',
        parameters: [
          header('webhook-id', 'The same on all tries.'),
          header('webhook-timestamp', 'Of the try, Unix seconds.'),
          header(
            'webhook-signature',
            '`v1,` and the base64 of the HMAC-SHA256 of id, timestamp and body, joined by dots.',
          ),
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { oneOf: [WHOLE, WORDS] } } },
        },
        responses: {
          '2XX': { description: 'Taken.' },
          '4XX': { description: 'Refused; once more as plain text, then no more.' },
          '5XX': { description: 'Tried again later.' },
        },
      },
    },
  }
}

const WHOLE = {
  type: 'object',
  properties: {
    type: { type: 'string', description: 'What happened.', examples: ['usage.threshold.crossed', 'usage.digest'] },
    timestamp: { type: 'string', format: 'date-time' },
    text: { type: 'string', description: 'All of it in words.' },
    id: { type: 'string' },
    message: { type: 'string', description: 'The first line of the words.' },
    possible_repeat: { type: 'boolean', description: 'True where an earlier try may have arrived.' },
    dashboard_url: { type: 'string' },
    data: {
      type: 'object',
      properties: { id: { type: 'string' }, message: { type: 'string' }, possible_repeat: { type: 'boolean' } },
      required: ['id', 'message', 'possible_repeat'],
      additionalProperties: true,
    },
  },
  required: ['type', 'timestamp', 'text', 'id', 'message', 'possible_repeat', 'data'],
  additionalProperties: true,
}

/** Mattermost refuses a `type` that it does not know, and nobody can tell what else does. */
const WORDS = {
  type: 'object',
  description:
    'What a receiver gets that refused the whole: the words, with the fields beside them where it may only have been away. The id is in the header.',
  properties: { text: { type: 'string' } },
  required: ['text'],
  not: { anyOf: [{ required: ['type'] }, { required: ['data'] }] },
  additionalProperties: true,
}
