/**
 * The schemas with every object closed: what a test receives may have no field that the document does not know. Clients read
 * the open ones, because fields may be added.
 */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const isObject = inner.type === 'object' && inner.properties !== undefined && inner.additionalProperties === undefined
  return (isObject ? { ...inner, additionalProperties: false } : inner) as T
}
