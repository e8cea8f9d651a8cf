import { DurableObject } from 'cloudflare:workers'
import product from '../../src/index.ts'
import type { Env } from '../../src/rpc/env.ts'
import type { AgedTracker, Life, Stretch } from './agedTracker.ts'

export { UsageTracker } from '../../src/tracker/usageTracker.ts'
export { AgedTracker } from './agedTracker.ts'

interface BenchEnv extends Env {
  AGED: DurableObjectNamespace<AgedTracker>
  BARE: DurableObjectNamespace<BareObject>
}

const ROW_CHARACTERS = 4000

/** What an object costs that does nothing but answer, on the same runtime. */
export class BareObject extends DurableObject {
  #text = ''

  async keep(text: string): Promise<void> {
    this.#text = text
  }

  async text(): Promise<string> {
    return this.#text
  }

  /** The least that a poll does: it asks OpenAI, reads the answer and keeps it. */
  async poll(url: string): Promise<void> {
    const answer = await fetch(url, { headers: { authorization: 'Bearer sk-admin-bench' } })
    const page = JSON.parse(await answer.text()) as object
    const { sql } = this.ctx.storage
    sql.exec('CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT')
    sql.exec('INSERT OR REPLACE INTO page (id, text) VALUES (1, ?)', JSON.stringify(page).slice(0, ROW_CHARACTERS))
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  async send(text: string): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.send(text)
  }
}

/** The product, and beside it the ways in which the benchmarks drive their own objects. */
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url)
    const bare = env.BARE.getByName('bare')
    const aged = env.AGED.getByName('aged')
    switch (url.pathname) {
      case '/bare':
        return new Response(await bare.text(), { headers: { 'content-type': 'application/json' } })
      case '/bare/keep':
        await bare.keep(await request.text())
        return new Response()
      case '/bare/poll':
        await bare.poll(await request.text())
        return new Response()
      case '/bare/live':
        return bare.fetch(request)
      case '/bare/send':
        await bare.send(await request.text())
        return new Response()
      case '/aged/begin':
        await aged.begin(await request.json<Life>())
        return new Response()
      case '/aged/run':
        return Response.json(await aged.run(await request.json<Stretch>()))
      case '/aged/network':
        await aged.useNetwork()
        return new Response()
      case '/aged/wake':
        await aged.wake(Number(url.searchParams.get('now')))
        return new Response()
      case '/aged/usage':
        return new Response(await aged.usageText())
      case '/aged/owed':
        return Response.json(await aged.owed())
      case '/aged/size':
        return Response.json(await aged.databaseSize())
      default:
        return product.fetch(request, env, ctx)
    }
  },
} satisfies ExportedHandler<BenchEnv>
