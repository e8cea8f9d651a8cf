/** What a scenario found, one sentence a line. Every sentence can fail. */
export class Findings {
  passed = 0
  failed = 0

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

  note(text: string): void {
    console.log(`       ${text}`)
  }
}

function show(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 600)
}
