// Written out here: the first Intl object of a cold page takes 20 to 70 ms, before the numbers are there.

/** Never ends a line between a number and its unit. */
const NO_BREAK = '\u00a0'
const UNITS = ['', 'K', 'M', 'B', 'T']

/** `731,204`: for everything that is read as a figure. */
export function fullTokens(tokens: number): string {
  return String(Math.round(tokens)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `731K`: for axes and forecasts, where more digits would promise more than is known. */
export function shortTokens(tokens: number): string {
  let value = Number(tokens.toPrecision(3))
  let unit = 0
  for (; Math.abs(value) >= 1_000 && unit < UNITS.length - 1; unit++) value /= 1_000
  return `${Number(value.toPrecision(3))}${UNITS[unit]}`
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
  return `${fullTokens(Math.trunc(shown))}${shown % 1 === 0 ? '' : `.${Math.round((shown % 1) * 10)}`}${NO_BREAK}%`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${fullTokens(count)} ${count === 1 ? one : many}`
}
