const QUOTES = '"\'`“”‘’'

/** Without the quotes at either end, and without the blanks inside them. */
export function withoutQuotes(text: string): string {
  return withoutEnds(text, QUOTES)
}

/** Without any of `marks`, and blanks, at either end. */
export function withoutEnds(text: string, marks: string): string {
  // By hand: an expression that looks for a run before the end tries every run on the way.
  const goes = (at: number) => marks.includes(text.charAt(at)) || text.charAt(at).trim() === ''
  let start = 0
  let end = text.length
  while (start < end && goes(start)) start += 1
  while (end > start && goes(end - 1)) end -= 1
  return text.slice(start, end)
}
