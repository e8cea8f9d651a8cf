/** What a benchmark prints: Markdown, because docs/cost.md is made of it. */
export class Report {
  readonly #lines: string[] = []
  readonly #missed: string[] = []

  text(line: string): void {
    this.#lines.push(line)
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
    this.#lines.push(line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line), '')
  }

  /** A figure as it is shown; one past its bound is marked, and fails the run. */
  bounded(what: string, value: number, most: number, shown = count(value)): string {
    if (value <= most) return shown
    this.#missed.push(`${what}: ${shown}, wanted at most ${count(most)}`)
    return `**${shown}**`
  }

  /** Prints everything; the process fails when a bound was missed. */
  end(): void {
    console.log(this.#lines.join('\n'))
    for (const miss of this.#missed) console.error(`PAST ITS BOUND: ${miss}`)
    if (this.#missed.length > 0) process.exitCode = 1
  }
}

export function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}
