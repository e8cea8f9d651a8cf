const SHOWN_CHARS = 40

/** A client's text as it may be repeated in an answer: short, quoted, and without control or direction characters. */
export function shown(value: string): string {
  const plain = value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
  return JSON.stringify(plain.length > SHOWN_CHARS ? `${plain.slice(0, SHOWN_CHARS)}…` : plain)
}
