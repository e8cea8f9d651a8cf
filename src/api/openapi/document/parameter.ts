/** A query parameter of the document; its schema says what the route's own reader takes. */
export interface Parameter {
  name: string
  in: 'query' | 'path'
  required?: true
  description: string
  schema: object
  example?: string | number
}

export function wholeParameter(
  name: string,
  { min, max, fallback }: { min: number; max?: number; fallback: number },
  description: string,
): Parameter {
  const bounds = { minimum: min, ...(max !== undefined && { maximum: max }) }
  return { name, in: 'query', description, schema: { type: 'integer', ...bounds, default: fallback } }
}

export function dateParameter(name: string, description: string): Parameter {
  return { name, in: 'query', description, schema: { type: 'string', format: 'date' } }
}

export function choiceParameter(
  name: string,
  choices: readonly string[],
  { fallback, description }: { fallback?: string; description: string },
): Parameter {
  const schema = { type: 'string', enum: [...choices], ...(fallback !== undefined && { default: fallback }) }
  return { name, in: 'query', description, schema }
}
