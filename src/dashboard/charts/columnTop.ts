const HEADROOM = 1.06
/** A bar so many times higher than nearly all others would flatten them. */
const BURST = 2.5
const USUAL_SHARE = 0.9

/** The top of a chart of columns, never 0. A burst goes past it: its bar is broken, and says so. The limit never does. */
export function columnTop(values: readonly number[], limit = 0): number {
  const sorted = values.filter(value => value > 0).sort((a, b) => a - b)
  const highest = sorted.at(-1) ?? 0
  const usual = Math.max(sorted[Math.floor((sorted.length - 1) * USUAL_SHARE)] ?? 0, limit)
  const plain = Math.max(highest, limit, 1)
  return (highest > usual * BURST && usual > 0 ? usual * 1.5 : plain) * HEADROOM
}

/** 1, 2, 2.5 or 5 times a power of ten, not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-9, least)))
  return [1, 2, 2.5, 5, 10].map(each => each * power).find(each => each >= least * (1 - 1e-9)) ?? power * 10
}

/** Where the vertical axis has its lines: 0 and some even steps up to the top. */
export function ticks(top: number): number[] {
  const step = niceStep(top / 4)
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, at) => at * step)
}

/** Which of so many columns have their name under them: every so manieth, the last among them. */
export function named(count: number, most: number): (at: number) => boolean {
  const every = Math.max(1, Math.ceil(count / most))
  return at => (count - 1 - at) % every === 0
}
