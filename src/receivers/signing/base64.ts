// In the bundle this stands where standardwebhooks asks for `@stablelib/base64` (wrangler.toml, [alias]): the runtime has
// base64 (RFC 4648, section 4) already. Only what standardwebhooks uses.

export function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Throws on what is no base64. */
export function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text), char => char.charCodeAt(0))
}
