import { DurableObject } from 'cloudflare:workers'

export class UsageTracker extends DurableObject {}

export default {
  async fetch(): Promise<Response> {
    return new Response('starting', { status: 503 })
  },
}
