import { createHmac } from 'node:crypto'

// In the bundle this stands where standardwebhooks asks for `fast-sha256` (wrangler.toml, [alias]): the runtime has the
// digest already. Only what standardwebhooks uses; the tests of signatures run over the package itself too.

/** HMAC-SHA-256 (RFC 2104) of `data`. */
export function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}
