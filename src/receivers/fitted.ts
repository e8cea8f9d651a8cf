/** No escape of any receiver is longer than `&amp;`. */
const LONGEST_ESCAPE = 5

/**
 * Text as the receiver wants it escaped, at most `longest` UTF-16 units of it (or of what `sizeOf` counts). It is cut between
 * characters and never inside an escape, and ends in an ellipsis where it was cut.
 */
export function fitted(
  text: string,
  longest: number,
  escapeText: (text: string) => string,
  sizeOf: (text: string) => number = ({ length }) => length,
): string {
  const whole = escapeText(text)
  if (sizeOf(whole) <= longest) return whole
  const characters = [...text]
  for (let kept = Math.min(characters.length, longest); ; ) {
    const cut = escapeText(`${characters.slice(0, kept).join('')}…`)
    const over = sizeOf(cut) - longest
    if (over <= 0) return cut
    kept -= Math.ceil(over / LONGEST_ESCAPE)
  }
}

/** As many lines as fit, in their order; none is cut. */
export function linesWithin(longest: number, lines: readonly string[]): string {
  let left = longest + 1
  const tooLong = lines.findIndex(line => {
    left -= line.length + 1
    return left < 0
  })
  return (tooLong === -1 ? lines : lines.slice(0, tooLong)).join('\n')
}
