const LONGEST_LABEL = 64
// Control and format characters (bidi overrides, zero-width, soft hyphen, tags), lone surrogates, private use,
// line and paragraph separators, variation selectors, and the fillers that look like nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u3164\uffa0]|\u034f/gu

/**
 * Foreign text (a label, a receiver's answer) as something to show on one line: what is seen is what is there. Anything
 * invisible goes, since it can hide or reorder the text around it; runs of spaces shrink to one.
 */
export function sanitizeLabel(text: string, longest: number = LONGEST_LABEL): string {
  const seen = text.replace(/\s/g, ' ').replace(INVISIBLE, '').replace(/ +/g, ' ').trim()
  // Composed last: what stood between a letter and its accent is gone by then.
  const visible = seen.normalize('NFC')
  const characters = [...visible]
  return characters.length <= longest ? visible : `${characters.slice(0, longest - 1).join('')}…`
}
