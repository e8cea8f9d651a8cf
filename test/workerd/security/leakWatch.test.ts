import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import { API_TOKEN, api, bearer, TOKEN_MODE } from '../api/callApi.ts'
import { contract } from '../contract/contract.ts'
import { ADMIN_KEY, Dashboard, World } from '../tracker/world.ts'
import { leakWatch } from './leakWatch.ts'

// The watch over every other test, watched: a leak planted in each place, in each writing, makes it speak.

afterEach(World.end)
// What is planted here is no answer that the document knows.
afterEach(() => void contract.breaches())

const KEY = 'Zr7mQx2LwB9tKd4VnY6s'
const HOOK = 'https://hooks.slack.com/services/T0Wq81Zk/B0Xr52Yl/q7Zp3xVt9LmK2wRd'

const found = async () => (await leakWatch.leaks()).map(leak => leak.slice(0, leak.indexOf(':')))

describe('leakWatch', () => {
  it.each<[string, string]>([
    ['as it is', KEY],
    ['its last eight characters', `...${KEY.slice(-8)}`],
    ['its middle', KEY.slice(5, 13)],
    ['in base64', btoa(KEY)],
    ['in base64 behind one character', btoa(`:${KEY}`)],
    ['in base64 behind two, in a longer text', btoa(`u:${KEY} and more`)],
    ['in base64 for URLs', btoa(`\xfb\xff${KEY}`).replaceAll('+', '-').replaceAll('/', '_')],
    ['in hex', [...KEY].map(char => char.charCodeAt(0).toString(16)).join('')],
    ['in a URL', `https://a.example/?q=${encodeURIComponent(`Bearer ${KEY}`)}`],
  ])('finds a key %s', async (_, text) => {
    leakWatch.learnVars({ OPENAI_ADMIN_KEY: `sk-admin-${KEY}` })
    leakWatch.saw('a text', `innocent ${text} innocent`)
    expect(await found()).toEqual(['OPENAI_ADMIN_KEY in a text'])
  })

  it.each(['T0Wq81Zk', 'B0Xr52Yl', 'q7Zp3xVt9LmK2wRd', HOOK])('finds %s of a webhook', async part => {
    leakWatch.learnVars({ ALERT_WEBHOOK_URL: `https://other.example/x, slack+${HOOK}` })
    leakWatch.saw('a text', `Cannot POST ${part}`)
    expect(await found()).toEqual(['ALERT_WEBHOOK_URL in a text'])
  })

  it('lets innocent words pass, and forgets with the end of a test', async () => {
    leakWatch.learnVars({ OPENAI_ADMIN_KEY: `sk-admin-${KEY}`, API_TOKEN: 'x'.repeat(32), ALERT_WEBHOOK_URL: HOOK })
    leakWatch.saw('a text', `sk-admin- hooks.slack.com/services/ ${'x'.repeat(99)} ${KEY.slice(0, 7)}`)
    expect(await found()).toEqual([])
    leakWatch.saw('a text', KEY)
    expect(await found()).toEqual([])
  })

  it('takes no timestamp for a secret in hex: eight digits in a row are in both', async () => {
    leakWatch.learn('Access JWT', 'IiIiOiIiKQ')
    leakWatch.saw('a text', '"generated_at":1769496949')
    expect(await found()).toEqual([])
    leakWatch.saw('a text', 'id 49694969 4f694969')
    leakWatch.learn('Access JWT', 'IiIiOiIiKQ')
    leakWatch.saw('another text', 'id 496949694f694969')
    expect(await found()).toEqual(['Access JWT in another text'])
  })

  it('reads bodies and headers of answers, and the cookie everywhere but where it is set', async () => {
    const of = api({ vars: TOKEN_MODE, tracker: { usageText: async () => JSON.stringify({ date: API_TOKEN }) } })
    await of.call('GET /api/usage', bearer())
    expect(await found()).toEqual(['API_TOKEN in GET /api/usage'])
    const signIn = await of.call('POST /api/session', {}, JSON.stringify({ token: API_TOKEN }))
    expect(await found()).toEqual([])
    const cookie = signIn.headers.get('set-cookie') ?? ''
    await leakWatch.sawResponse('sign-in', new Response('', { headers: { 'set-cookie': cookie } }))
    await leakWatch.sawResponse('elsewhere', new Response('', { headers: { 'x-debug': cookie.slice(-120) } }))
    expect(await found()).toEqual(['session cookie in elsewhere'])
  })

  it('hears the console', async () => {
    leakWatch.learn('API_TOKEN', KEY)
    console.debug('planted by this test:', KEY)
    expect(await found()).toEqual(['API_TOKEN in console.debug'])
  })

  it('knows the Access JWT of a request', async () => {
    const jwt = `${btoa('{}')}.${KEY}.${KEY.toLowerCase()}`
    await api().call('GET /health', { 'cf-access-jwt-assertion': jwt })
    leakWatch.saw('a text', KEY.toLowerCase())
    expect(await found()).toEqual(['Access JWT in a text'])
  })

  it.each<[string, (world: World) => unknown]>([
    ['the log', () => console.error(`planted ${ADMIN_KEY}`)],
    ['a webhook', () => fetch('https://alerts.example/', { method: 'POST', body: ADMIN_KEY })],
    ['a webhook', () => fetch('https://alerts.example/', { method: 'POST', headers: { 'x-key': ADMIN_KEY } })],
    ['a request to OpenAI', () => fetch(`https://api.openai.com/v1/x?key=${ADMIN_KEY}`)],
    [
      'storage',
      world =>
        world.rows("INSERT INTO alerts VALUES (1, 1, '2027-03-10', 'mini', 1, 1, 1, 1, ?, 1, 1, '', 1)", ADMIN_KEY),
    ],
    [
      'storage',
      world => inObject(world, ({ sql }) => sql.exec('INSERT INTO message VALUES (?, 1, ?)', 'm', ADMIN_KEY)),
    ],
    ['storage', world => inObject(world, storage => storage.put('key', ADMIN_KEY))],
    ['a frame', () => sayTo(socket => socket.send(JSON.stringify(ADMIN_KEY)))],
    ['a close frame', () => sayTo(socket => socket.close(1008, ADMIN_KEY))],
  ])('sees a leak in %s of a world', async (where, plant) => {
    const world = await World.make()
    await plant(world)
    expect(await found()).toContain(`OPENAI_ADMIN_KEY in ${where}`)
  })
})

function inObject(world: World, work: (storage: DurableObjectStorage) => unknown) {
  return runInDurableObject(world.stub, async (_, { storage }) => void (await work(storage)))
}

/** What the object would say to a dashboard. */
async function sayTo(say: (socket: WebSocket) => void): Promise<void> {
  const { 0: client, 1: server } = new WebSocketPair()
  const dashboard = new Dashboard(client)
  server.accept()
  say(server)
  await dashboard.until(() => dashboard.texts.length > 0 || dashboard.closed !== null)
}
