import { Webhook } from 'standardwebhooks'
import type { Secret } from '../secret.ts'

/** Standard Webhooks: the same id on every try, the time of this try, and a signature over exactly the bytes sent. */
export function standardHeaders(
  id: string,
  body: string,
  secret: Secret | null,
  nowMs: number,
): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(nowMs / 1000)) }
  if (secret === null) return headers
  return { ...headers, 'webhook-signature': new Webhook(secret.reveal()).sign(id, new Date(nowMs), body) }
}
