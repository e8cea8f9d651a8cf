import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'

const LONGEST_SHOWN = 120
const SHORTEST_SECRET = 6

/**
 * The beginning of a receiver's answer, fit to be stored and shown. Servers like to repeat what they were asked
 * ("Cannot POST /services/T0/B0/token"), and the URL of a webhook is its password, so every part of it is taken out.
 */
export function redactAnswer(answer: string, url: URL): string {
  let shown = sanitizeLabel(answer, Number.POSITIVE_INFINITY)
  for (const part of secretParts(url)) shown = shown.replace(new RegExp(escapePattern(part), 'gi'), '[redacted]')
  return sanitizeLabel(shown, LONGEST_SHOWN)
}

/** Longest first, so that no part leaves a rest of a longer one. */
function secretParts(url: URL): string[] {
  const path = url.pathname.split('/')
  const query = [...url.searchParams.values()]
  const parts = [
    url.href,
    url.host + url.pathname,
    url.pathname + url.search,
    url.pathname,
    url.search,
    ...path,
    ...query,
  ]
  // A token behind a prefix (`bot1:token`), or the parts of an address.
  const split = parts.flatMap(part => part.split(/[:@]/))
  const decoded = [...parts, ...split].flatMap(part => [
    part,
    decode(part),
    part.replaceAll('&', '&amp;'),
    part.replaceAll('/', '\\/'),
  ])
  return [...new Set(decoded)].filter(part => part.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
