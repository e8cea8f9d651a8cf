/** No escape of any receiver is longer than `&amp;`. */
const LONGEST_ESCAPE = 5

/**
 * Text as the receiver wants it escaped, at most `longest` UTF-16 units of it. It is cut between characters and never
 * inside an escape, and ends in an ellipsis where it was cut.
 */
export function fitted(text: string, longest: number, escapeText: (text: string) => string): string {
  const whole = escapeText(text)
  if (whole.length <= longest) return whole
  const characters = [...text]
  for (let kept = Math.min(characters.length, longest); ; ) {
    const cut = escapeText(`${characters.slice(0, kept).join('')}…`)
    if (cut.length <= longest) return cut
    kept -= Math.ceil((cut.length - longest) / LONGEST_ESCAPE)
  }
}
