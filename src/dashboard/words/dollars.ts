import { fullTokens } from './tokens.ts'

/** From here on a forecast shows no cents. */
const WHOLE_FROM_USD = 10

/** `$1,234.56`, `-$0.20`, `< $0.01`: to the cent, and something is never shown as nothing. */
export function dollars(usd: number): string {
  if (usd > 0 && usd < 0.005) return '< $0.01'
  const cents = Math.round(Math.abs(usd) * 100)
  const sign = usd < 0 && cents > 0 ? '-' : ''
  return `${sign}$${fullTokens(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`
}

/** `$61`, `$4.20`: for forecasts, where cents would promise more than is known. */
export function roughDollars(usd: number): string {
  return Math.abs(usd) < WHOLE_FROM_USD ? dollars(usd) : dollars(Math.round(usd)).slice(0, -'.00'.length)
}

/** `$250`, `$249.50`: for what somebody has set. */
export function plainDollars(usd: number): string {
  return dollars(usd).replace('.00', '')
}
