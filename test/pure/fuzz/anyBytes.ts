import fc from 'fast-check'

/** Text of every sort that has broken a parser somewhere: binary, wide, invisible, escapes, very long. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom(...'%0123456789abcdefABCDEF;,=&?#/\\.:"\' '), maxLength: 40 }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      '\0',
      '%00',
      '%',
      '%zz',
      '%C0%AF',
      '%ED%A0%80',
      '%F4%90%80%80',
      '..%2f..%2f',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      '\ud800',
      '\udfff\ud800',
      '\u202e\u200b\ufeff',
      '\r\nSet-Cookie: a=b',
      "' OR 1=1 --",
      '<script>alert(1)</script>',
      '1e999',
      '-0',
      'NaN',
      '9'.repeat(400),
      '\u{1f4a9}'.repeat(50),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }).map(n => 'a%20'.repeat(n * 100)) },
)

export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  anyText.map(text => new TextEncoder().encode(text)),
)
