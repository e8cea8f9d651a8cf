/**
 * The wait that an answer asks for by `Retry-After`, in milliseconds: seconds, with a fraction too (Discord), or an HTTP
 * date (RFC 9110, 10.2.3); null where there is none or it cannot be read. `now` in Unix milliseconds.
 */
export function retryAfterOf(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const at = timeOf(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

// The three forms that a recipient must accept (RFC 9110, 5.6.7). Date.parse takes far more ("-5" is a year), and
// reads the third, which has no zone, as local time; so the form is checked first.
const WITH_ZONE = /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -](\d{4}|\d\d) \d\d:\d\d:\d\d GMT$/
const WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/

/** Unix milliseconds; NaN for what is no HTTP date. */
function timeOf(value: string): number {
  if (WITH_ZONE.test(value)) return Date.parse(value)
  return WITHOUT_ZONE.test(value) ? Date.parse(`${value} GMT`) : Number.NaN
}
