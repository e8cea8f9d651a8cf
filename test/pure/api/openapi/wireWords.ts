/** The doc comments of wire.ts by type and field: `UsageView`, `UsageView.stale`. Only what stands right above counts. */
export function wireWords(source: string): Map<string, string> {
  const words = new Map<string, string>()
  let type = ''
  for (const [, comment, exported, field, constant] of source.matchAll(
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:^export (?:interface|type) (\w+)|^ {2}(\w+)\??: |^export const (\w+))/gm,
  )) {
    if (exported !== undefined) type = exported
    if (constant !== undefined) continue
    const name = exported ?? `${type}.${field}`
    if (comment !== undefined) words.set(name, comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim())
  }
  return words
}

/** The names of the types that wire.ts gives to others. */
export function wireTypes(source: string): string[] {
  return [...source.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1] ?? '')
}
