/** A fault of an installation: the cause in one sentence, and what to do about it, a step a line. */
export class Trouble extends Error {
  readonly todo: readonly string[]

  constructor(cause: string, ...todo: string[]) {
    super(cause)
    this.todo = todo
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `text` with `[redacted]` in the place of each secret: what a program that was handed one printed. */
export function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets.filter(secret => secret !== undefined && secret.length >= 8) as string[]
  return known.reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text)
}

/** What a program printed of its error, or the last of it, without its colours and boxes. */
export function endOf(printed: string, lines = 10): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const plain = printed.replace(/\u001b\[[\d;]*m/g, '').replace(/\[\d+;\d+m|\[\d+m/g, '')
  const told = plain
    .split('\n')
    .filter(line => line.trim() !== '' && !/Logs were written|open an issue|⛅️|^─+$/.test(line))
  const error = told.findIndex(line => line.includes('[ERROR]'))
  return (error === -1 ? told.slice(-lines) : told.slice(error, error + lines))
    .map(line => line.replace('✘ [ERROR]', '').trim())
    .join('\n')
}

export function grouped(count: number): string {
  return count.toLocaleString('en')
}
