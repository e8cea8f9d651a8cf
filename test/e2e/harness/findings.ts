/** What a scenario found, one sentence a line. Every sentence can fail. */
export class Findings {
  passed = 0
  failed = 0
  notRun = 0

  check(sentence: string, holds: boolean, found?: unknown): void {
    if (holds) this.passed += 1
    else this.failed += 1
    console.log(
      `  ${holds ? 'ok  ' : 'FAIL'} ${sentence}${holds || found === undefined ? '' : `; found ${show(found)}`}`,
    )
  }

  equal(sentence: string, found: unknown, wanted: unknown): void {
    this.check(sentence, show(found) === show(wanted), `${show(found)}, wanted ${show(wanted)}`)
  }

  /** What this machine does not allow to be tried. Counted, so that nobody takes it for passed. */
  skip(sentence: string, why: string): void {
    this.notRun += 1
    console.log(`  NOT RUN ${sentence}; ${why}`)
  }

  note(text: string): void {
    console.log(`       ${text}`)
  }
}

function show(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 600)
}
