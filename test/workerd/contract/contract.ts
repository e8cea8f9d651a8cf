import checks from 'virtual:answer-checks'

/** What the tests receive, held against the document. */
class Contract {
  readonly #breaches = new Set<string>()
  readonly #seen = new Set<string>()

  /** Call it with every answer of the Worker to a test. */
  async sawAnswer(request: Request, response: Response): Promise<void> {
    // The router takes any number of slashes at the end.
    const pathname = new URL(request.url).pathname.replace(/\/+$/, '') || '/'
    const method = request.method === 'HEAD' ? 'GET' : request.method
    // The preflight is CORS's, not the routes'.
    if (method === 'OPTIONS') return
    const path = PATHS.find(template => matches(template, pathname)) ?? null
    const line = `${method} ${path ?? pathname}`
    const type = response.headers.get('content-type')?.split(';')[0] ?? ''
    const isKnown = path !== null && LINES.has(line)
    // Addresses and methods that no route has.
    if (!isKnown && response.status !== (path === null ? 404 : 405)) this.#breach(line, `${response.status}`)
    const name = `${line} ${response.status}${type === '' ? '' : ` ${type}`}`
    // A socket's own response has no body to look at; HEAD has the headers of one.
    if (response.webSocket !== null || request.method === 'HEAD') return
    const text = await response.clone().text()
    if (!isKnown) return this.#hold('problem', `${line}, ${response.status}`, text)
    if (name in checks || (text === '' && `${line} ${response.status}` in checks)) return this.#hold(name, name, text)
    this.#breach(name, 'the document has no such answer')
  }

  sawFrame(text: string): void {
    this.#hold('frame', 'a frame', text)
  }

  /** What differed since the last call. */
  breaches(): string[] {
    const breaches = [...this.#breaches]
    this.#breaches.clear()
    return breaches
  }

  #hold(check: string, where: string, text: string): void {
    const validate = checks[check]
    if (validate === null || validate === undefined || this.#seen.has(text)) return
    this.#seen.add(text)
    if (validate(JSON.parse(text))) return
    for (const { instancePath, message, params } of validate.errors ?? []) {
      this.#breach(where, `${instancePath} ${message} ${JSON.stringify(params)}`)
    }
  }

  #breach(where: string, what: string): void {
    this.#breaches.add(`${where}: ${what}`)
  }
}

export const contract = new Contract()

const LINES = new Set(Object.keys(checks).map(name => name.split(' ').slice(0, 2).join(' ')))
const PATHS = [...new Set([...LINES].map(line => line.split(' ')[1] ?? ''))].filter(path => path !== '')

function matches(template: string, pathname: string): boolean {
  if (!template.includes('{')) return template === pathname
  const parts = pathname.split('/')
  const wanted = template.split('/')
  return wanted.length === parts.length && wanted.every((part, n) => part.startsWith('{') || part === parts[n])
}
