import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../src/receivers/signing/base64.ts'
import { hmac } from '../../../src/receivers/signing/sha256.ts'

// Here standardwebhooks runs on the digest and the base64 that it brings; in the bundle on these. Both must sign alike.

const bytesOf = (text: string) => new TextEncoder().encode(text)
const someBytes = (length: number) =>
  new Uint8Array(createHash('shake256', { outputLength: length }).update('x').digest())

describe('what stands in for the packages of standardwebhooks', () => {
  it.each([24, 25, 26, 63, 64])('signs as they do with a secret of %i bytes', length => {
    const secret = encode(someBytes(length))
    const at = new Date('2026-03-01T12:00:00Z')
    for (const body of ['', '{"a":1}', 'é—🦉'.repeat(500)]) {
      const signature = encode(hmac(decode(secret), bytesOf(`msg_1.${at.getTime() / 1000}.${body}`)))
      expect(new Webhook(`whsec_${secret}`).sign('msg_1', at, body)).toBe(`v1,${signature}`)
    }
  })

  it('takes a secret without its padding, as they do', () => {
    const bytes = someBytes(25)
    expect(decode(encode(bytes).replace(/=+$/, ''))).toEqual(bytes)
  })

  it('throws on what is no base64', () => {
    expect(() => decode('a*b=')).toThrow()
  })
})
