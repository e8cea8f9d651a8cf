const NAME_COLUMN = 12

/** What a scenario found, one sentence a line, with its name: several may speak at once. Every sentence can fail. */
export class Findings {
  passed = 0
  failed = 0
  notRun = 0
  readonly #name: string

  constructor(name: string) {
    this.#name = name.padEnd(NAME_COLUMN)
  }

  check(sentence: string, holds: boolean, found?: unknown): void {
    if (holds) this.passed += 1
    else this.failed += 1
    this.#say(`${holds ? 'ok  ' : 'FAIL'} ${sentence}${holds || found === undefined ? '' : `; found ${show(found)}`}`)
  }

  equal(sentence: string, found: unknown, wanted: unknown): void {
    this.check(sentence, show(found) === show(wanted), `${show(found)}, wanted ${show(wanted)}`)
  }

  /** What this machine does not allow to be tried. Counted, so that nobody takes it for passed. */
  skip(sentence: string, why: string): void {
    this.notRun += 1
    this.#say(`NOT RUN ${sentence}; ${why}`)
  }

  note(text: string): void {
    this.#say(`     ${text}`)
  }

  #say(line: string): void {
    console.log(`${this.#name} ${line}`)
  }
}

function show(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 600)
}
