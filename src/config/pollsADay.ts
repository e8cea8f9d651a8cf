/**
 * How many times a six-field cron expression (seconds first) comes true on a day on which it does at all. The expression
 * is one that croner takes. Counted by hand, because croner would have to be asked for every single run.
 */
export function pollsADay(cron: string): number {
  const [seconds = '', minutes = '', hours = ''] = cron.split(/\s+/)
  return valuesIn(seconds, 60) * valuesIn(minutes, 60) * valuesIn(hours, 24)
}

/** Of a list of `*`, `?`, `7`, `1-5`, each but the single number with `/step` or without. */
function valuesIn(field: string, size: number): number {
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/')
    const [first, last = first] = /^[*?]$/.test(range) ? [0, size - 1] : range.split('-').map(Number)
    for (let value = first ?? 0; value <= (last ?? 0); value += Number(step)) values.add(value)
  }
  return values.size
}
