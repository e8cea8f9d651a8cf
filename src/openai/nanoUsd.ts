/** More than any amount of money has, and few enough to be read in no time. */
const MOST_CHARS = 400

/** Places from a dollar to a billionth of it. */
const PLACES = 9

/**
 * The whole billionths of a dollar in an amount written in digits ('0.06', '-12', '1e-7'), exactly, since nothing
 * passes through floating point; half a billionth is rounded away from zero, so that a credit cancels its charge. Null
 * for what is no such text, or more than can be counted.
 */
export function nanoUsdOf(text: string): number | null {
  if (text.length > MOST_CHARS) return null
  const [, sign, whole, fraction = '', exponent = '0'] = AMOUNT.exec(text) ?? []
  if (whole === undefined) return null
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return 0
  // So many of the digits are whole billionths.
  const count = digits.length - fraction.length + PLACES + Number(exponent)
  if (count < 0) return 0
  if (count > MOST_DIGITS) return null
  const nano = Number(digits.slice(0, count).padEnd(count, '0')) + ((digits[count] ?? '0') >= '5' ? 1 : 0)
  if (!Number.isSafeInteger(nano)) return null
  return sign === '-' && nano !== 0 ? -nano : nano
}

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/
const MOST_DIGITS = String(Number.MAX_SAFE_INTEGER).length
