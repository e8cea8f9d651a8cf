const NANO = 1_000_000_000

/** `$12.34`, from billionths of a dollar; `less than $0.01` where it is more than nothing. */
export function usdWords(nanoUsd: number): string {
  const cents = Math.round(nanoUsd / (NANO / 100))
  if (cents === 0 && nanoUsd > 0) return 'less than $0.01'
  const [whole = '0', fraction = '00'] = (Math.abs(cents) / 100).toFixed(2).split('.')
  return `${cents < 0 ? '-' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`
}

/** What tokens cost at the price that billed ones had here lately; null where that is not known. */
export function estimatedUsd(tokens: number, nanoUsdPerToken: number | null): number | null {
  return nanoUsdPerToken === null || tokens <= 0 ? null : Math.round(tokens * nanoUsdPerToken)
}
