// What a message of the other kinds is about, read from the words that a person sees. The same numbers stand in every form of
// a message, rich or plain; a date stands only where the words have one.

/** Null: it is no such message. */
export function noticeKeyOf(body: string): string | null {
  const find = (pattern: RegExp) => pattern.exec(body)?.slice(1) ?? null
  const key = (kind: string, parts: readonly string[] | null) => `${kind} ${(parts ?? ['?']).join(' ').toLowerCase()}`
  // First: it repeats what others say first.
  if (/OpenAI Usage Digest: /.test(body))
    return key('digest', [
      find(/Since(?:: |\\n|","value":")(\d{4}-\d\d-\d\d \d\d:\d\d) UTC/)?.[0] ?? '?',
      find(/As of (\d{4}-\d\d-\d\d \d\d:\d\d) UTC/)?.[0] ?? '?',
    ])
  const pace = find(/Usage Forecast: (PREMIUM|MINI) tier runs out about (\d\d:\d\d)/)
  if (pace !== null) return key('pace', [...pace, find(/([\d,]+ of [\d,]+) (?:free )?tokens/)?.[0] ?? '?'])
  const billed = find(/Usage: (PREMIUM|MINI) tokens are billed now \(([\d,]+) today\)/)
  if (billed !== null) return key('billed', [...billed, find(/([\d,]+ of [\d,]+) free tokens/)?.[0] ?? '?'])
  const stopped = find(/Usage: no free (PREMIUM|MINI) tokens today/)
  if (stopped !== null)
    return key('free_stopped', [...stopped, ...(find(/([\d,]+) tokens in ([\d,]+) requests/) ?? [])])
  if (/is far above its usual use/.test(body))
    return key('spike', find(/([\d,]+) (premium|mini) tokens today, (\d+)% of the limit/))
  const model = find(/Usage: unknown model (\S+)/)?.[0]
  // Receivers escape what a name has beside letters and digits.
  if (model !== undefined)
    return key('new_model', [plainName(model), ...(find(/([\d,]+) tokens on ([\d-]+) \(UTC\) so far/) ?? [])])
  const budget = find(/% of the budget of (\d{4}-\d\d) is spent/)
  const passed = /(?:Passed: |Thresholds passed(?:\\n|","value":"))([\d., %]+)/.exec(body)?.[1] ?? '?'
  if (budget !== null) return key('budget', [...budget, passed.match(/[\d.]+%/g)?.at(-1) ?? '?'])
  if (/free tokens would go unused/.test(body)) return key('leftover', find(/(\d{4}-\d\d-\d\d) 00:00 UTC/))
  return null
}

/** The letters and digits of a name. */
export function plainName(name: string): string {
  return name.replace(/[^a-z\d]/gi, '')
}
