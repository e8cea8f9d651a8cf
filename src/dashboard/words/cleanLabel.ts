// Model and project names come from outside. They are only ever shown as text; what could still do harm is invisible:
// control characters, and the marks that turn the reading direction of everything after them.
const HARMFUL =
  /[\p{Cc}\u{2028}\u{2029}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{61c}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu
const LONGEST = 200

export function cleanLabel(text: string): string {
  const plain = text
    .slice(0, LONGEST * 4)
    .normalize('NFC')
    .replace(HARMFUL, '')
  if (plain.trim() === '') return '(unprintable name)'
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}
