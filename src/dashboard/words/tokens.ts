const FULL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
/** Never ends a line between a number and its unit. */
const NO_BREAK = '\u00a0'
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** `731,204`: for everything that is read as a figure. */
export function fullTokens(tokens: number): string {
  return FULL.format(tokens)
}

/** `731K`: for axes and forecasts, where more digits would promise more than is known. */
export function shortTokens(tokens: number): string {
  return SHORT.format(tokens)
}

/** Null where no limit is set: a share of nothing is not 100 %. */
export function shareOf(tokens: number, limit: number): number | null {
  return limit > 0 ? tokens / limit : null
}

/** `73.1 %`, `112 %`, `< 0.1 %`. Rounded down, so that 99.97 % never reads as 100 %. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.1) return `< 0.1${NO_BREAK}%`
  const shown = value >= 100 ? Math.floor(value + 1e-9) : Math.floor(value * 10 + 1e-9) / 10
  return `${FULL.format(Math.trunc(shown))}${shown % 1 === 0 ? '' : `.${Math.round((shown % 1) * 10)}`}${NO_BREAK}%`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${FULL.format(count)} ${count === 1 ? one : many}`
}
