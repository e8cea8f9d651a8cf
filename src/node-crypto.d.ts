// The one part of Node's API that the Worker uses (nodejs_compat): a digest that answers at once, in the middle of a
// synchronous decision, where crypto.subtle answers only through a promise.
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): { update(data: string): { digest(encoding: 'hex'): string } }
  export function createHmac(
    algorithm: 'sha256',
    key: Uint8Array,
  ): { update(data: Uint8Array): { digest(): Uint8Array } }
}
