/** What `npm start` prints behind the address: no server sees a fragment, and no log has it. */
const TOKEN = /^#token=([^&]+)$/

/**
 * The token of a link that signs in by itself; null where the address has none. It is taken out of the address at once, before
 * anything else is asked for: what stands there goes into the browser's history, bookmarks and pictures of the screen.
 */
export function tokenInAddress(): string | null {
  const token = TOKEN.exec(location.hash)?.[1]
  if (token === undefined) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    return decodeURIComponent(token)
  } catch {
    return null
  }
}
