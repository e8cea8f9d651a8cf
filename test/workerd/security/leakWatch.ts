import { ACCESS_HEADER } from '../../../src/api/auth/authenticate.ts'
import type { Vars } from '../../../src/config/readConfig.ts'

// Canaries (invariant I35): every secret that a test sets is learned, everything that leaves the Worker or is stored is
// seen, and after each test of the suite none of the secrets may be in any of it: raw, encoded, or a part of one.

/** So many characters of a secret in a row are a leak. The last eight of a key are shown by careless tools. */
const PART_CHARS = 8
/** The same in hex. Eight hex digits are often digits only, and those stand in any timestamp. */
const HEX_PART_CHARS = 2 * PART_CHARS
/** A part of fewer different characters (`xxxxxxxx`) is found in innocent text. */
const LEAST_DIFFERENT = 4
const SHOWN_AROUND = 40

class LeakWatch {
  readonly #parts = new Map<string, string>()
  readonly #texts = new Map<string, string>()
  #stored: (() => Promise<string>) | null = null

  /** `name` appears in the report in the secret's place. */
  learn(name: string, secret: string): void {
    for (const text of writings(secret)) {
      for (const part of partsOf(text, PART_CHARS)) this.#parts.set(part, name)
    }
    for (const text of inHex(secret)) {
      for (const part of partsOf(text, HEX_PART_CHARS)) this.#parts.set(part, name)
    }
  }

  learnVars(vars: Vars): void {
    this.learn('OPENAI_ADMIN_KEY', (vars.OPENAI_ADMIN_KEY ?? '').replace(/^sk-(admin-|proj-)?/, ''))
    this.learn('API_TOKEN', vars.API_TOKEN ?? '')
    this.learn('ALERT_WEBHOOK_SECRET', (vars.ALERT_WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''))
    for (const url of (vars.ALERT_WEBHOOK_URL ?? '').split(/[\s,]+/)) {
      for (const part of secretPartsOf(url)) this.learn('ALERT_WEBHOOK_URL', part)
    }
  }

  /** Whatever somebody but the receiver that it was meant for can read. */
  saw(where: string, text: string): void {
    this.#texts.set(text, where)
  }

  /** What a client presents must not come back to it either. */
  sawRequest(request: Request): void {
    const [, claims, signature] = (request.headers.get(ACCESS_HEADER) ?? '').split('.')
    this.learn('Access JWT', claims ?? '')
    this.learn('Access JWT', signature ?? '')
  }

  /** The one place where a session's cookie may be is the header that sets it. */
  async sawResponse(where: string, response: Response): Promise<void> {
    const headers = new Headers(response.headers)
    const cookie = headers.get('set-cookie')
    const value = /=(v1\.\d+\.[\w-]+\.[\w-]+);/.exec(cookie ?? '')?.[1]
    if (cookie !== null && value !== undefined) {
      headers.set('set-cookie', cookie.replace(value, ''))
      // The signature; without it the other parts open nothing, and the object keeps the ids of ended sessions.
      this.learn('session cookie', value.split('.')[3] ?? '')
    }
    const body = response.webSocket === null ? await response.clone().text() : ''
    this.saw(where, `${response.statusText}\n${JSON.stringify([...headers])}\n${body}`)
  }

  /** Called at the end of the test: all rows of D1 and of the object. */
  atEnd(stored: () => Promise<string>): void {
    this.#stored = stored
  }

  /** What has leaked since the last call, in words; forgets secrets and texts. */
  async leaks(): Promise<string[]> {
    if (this.#stored !== null) this.saw('storage', await this.#stored())
    const leaks = [...this.#texts].flatMap(([text, where]) => this.#leaksIn(where, text))
    this.#parts.clear()
    this.#texts.clear()
    this.#stored = null
    return [...new Set(leaks)]
  }

  #leaksIn(where: string, text: string): string[] {
    for (let at = 0; at + PART_CHARS <= text.length; at++) {
      const name =
        this.#parts.get(text.slice(at, at + PART_CHARS)) ?? this.#parts.get(text.slice(at, at + HEX_PART_CHARS))
      if (name !== undefined) {
        return [`${name} in ${where}: ${text.slice(Math.max(0, at - SHOWN_AROUND), at + PART_CHARS + SHOWN_AROUND)}`]
      }
    }
    return []
  }
}

export const leakWatch = new LeakWatch()

/** The secret as text, and as base64, URL and JSON would write it. */
function writings(secret: string): string[] {
  const bytes = [...new TextEncoder().encode(secret)]
  return [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)].concat(
    [0, 1, 2].flatMap(before => {
      // As it stands in the base64 of a longer text; the characters that depend on the neighbours are left off.
      const base64 = btoa(String.fromCharCode(...Array(before).fill(0), ...bytes)).slice(before + 1, -4)
      return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')]
    }),
  )
}

function inHex(secret: string): string[] {
  const hex = [...new TextEncoder().encode(secret)].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return [hex, hex.toUpperCase()]
}

function partsOf(text: string, chars: number): string[] {
  const parts = Array.from({ length: Math.max(0, text.length - chars + 1) }, (_, at) => text.slice(at, at + chars))
  return parts.filter(part => new Set(part).size >= LEAST_DIFFERENT)
}

/** All that makes a webhook's URL hard to guess: long parts of its path and query. */
function secretPartsOf(url: string): string[] {
  const bare = url.replace(/^\w+\+(?=https?:)/, '')
  if (!URL.canParse(bare)) return [url]
  const { pathname, searchParams } = new URL(bare)
  return [...pathname.split(/[/:]/), ...searchParams.values()].filter(
    part => part.length >= PART_CHARS && !/^(webhooks|services|messages|sendMessage)$/.test(part),
  )
}
