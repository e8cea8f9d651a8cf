/** docs/api.md, made from the finished document and from nothing else. */
export function apiPage(document: Document): string {
  const { info, tags, paths, components } = document
  const lines = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ line: `${method.toUpperCase()} ${path}`, operation })),
  )
  const sections = tags.map(({ name, description }) => {
    const own = lines.filter(({ operation }) => operation.tags.includes(name))
    return [`## ${name}`, description, ...own.map(({ line, operation }) => operationText(line, operation))].join('\n\n')
  })
  const types = Object.entries(components.schemas).map(([name, schema]) => schemaText(name, schema))
  return [
    '# The API',
    'Made from the document that the tracker serves at `GET /openapi.json`, which is made from the schemas of the code: change those, not this page.',
    info.description,
    ...sections,
    '## Types',
    'Fields with a ? can be absent.',
    ...types,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

export interface Document {
  info: { description: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, DocumentOperation>>
  components: { schemas: Record<string, Schema> }
}

export interface DocumentOperation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security?: object[]
  parameters?: { name: string; description: string; schema: Schema; required?: boolean; example?: string }[]
  requestBody?: { content: Record<string, { example?: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema; example?: unknown }> }>
}

export interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
}

function operationText(line: string, operation: DocumentOperation): string {
  const { summary, description, parameters = [], responses, security } = operation
  const who = security?.length === 0 ? ' Public.' : ''
  const asked = parameters.map(
    parameter => `| \`${parameter.name}\` | ${cell(typeOf(parameter.schema))} | ${cell(parameter.description)} |`,
  )
  const answers = Object.entries(responses).map(
    ([status, response]) => `| ${status} | ${cell(bodyOf(response))} | ${cell(response.description)} |`,
  )
  const example = responses['200']?.content?.['application/json']?.example
  return [
    `### \`${line}\``,
    [`${summary}.${who}`, description].filter(Boolean).join(' '),
    ...(asked.length > 0 ? [`| Parameter | Takes | Meaning |\n| --- | --- | --- |\n${asked.join('\n')}`] : []),
    `| Status | Body | Meaning |\n| --- | --- | --- |\n${answers.join('\n')}`,
    ...(example === undefined ? [] : [`    ${JSON.stringify(example)}`]),
  ].join('\n\n')
}

function bodyOf({ content }: DocumentOperation['responses'][string]): string {
  if (content === undefined) return ''
  return Object.entries(content)
    .map(([type, { schema }]) => {
      if (type !== 'application/problem+json') return type === 'application/json' ? typeOf(schema) : type
      const codes = (schema.properties?.code?.enum ?? []).map(code => `\`${code}\``)
      return `problem ${codes.join(', ')}`
    })
    .join('; ')
}

function schemaText(name: string, schema: Schema): string {
  const { description, properties } = schema
  const head = `### ${name}`
  if (properties === undefined) return [head, ...(description ? [description] : []), typeOf(schema)].join('\n\n')
  const rows = Object.entries(properties).map(([field, of]) => {
    const optional = schema.required?.includes(field) ? '' : ' ?'
    return `| \`${field}\`${optional} | ${cell(typeOf(of))} | ${cell(of.description ?? '')} |`
  })
  const table = `| Field | Type | Meaning |\n| --- | --- | --- |\n${rows.join('\n')}`
  return [head, ...(description ? [description] : []), table].join('\n\n')
}

function typeOf(schema: Schema): string {
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return choices.map(typeOf).join(' or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  const fallback = schema.default === undefined ? '' : `, default \`${schema.default}\``
  if (schema.enum !== undefined) return schema.enum.map(each => `\`${each}\``).join(', ') + fallback
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([field, of]) => `\`${field}\`: ${typeOf(of)}`)
    return `{ ${fields.join(', ')} }`
  }
  const { minimum = '', maximum } = schema
  const bounds = maximum === undefined ? (minimum === '' ? '' : ` from ${minimum}`) : ` ${minimum} to ${maximum}`
  return `${schema.format ?? [schema.type ?? 'anything'].flat().join(' or ')}${bounds}${fallback}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
