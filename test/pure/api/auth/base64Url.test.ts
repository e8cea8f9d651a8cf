import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '../../../../src/api/auth/base64Url.ts'

describe('toBase64Url and fromBase64Url', () => {
  it('agree with Node’s own, and with each other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        const text = toBase64Url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64Url(text)).toEqual(bytes)
      }),
      { examples: [[new Uint8Array([0xfb, 0xff, 0xfe, 0xfb, 0xff])]] },
    )
  })
})
