import type { Message } from '../alerts/message.ts'
import type { SendResult } from '../outbox/delivery.ts'
import type { Secret } from '../secret.ts'
import type { ChannelKind } from '../wire.ts'
import type { EmailMeans } from './emailBinding.ts'

/** Everything that is particular to one kind of receiver. A new kind is a file like slack.ts and a line in kinds.ts. */
export interface Kind {
  readonly name: ChannelKind
  /** True where the service only takes a message in: whether it reaches anybody is not known from its answer. */
  readonly onlyAccepts?: true
  /** True where it holds an incident open until it is told the end. */
  readonly hasState?: true
  /** True where an address is the kind's own service, so that the URL needs no `name+` before it. */
  recognises(address: Address): boolean
  /** Why an address of this kind cannot take messages, as a predicate ("is a ..."); null where nothing is known against it. */
  objection(address: Address): string | null
  /** Where messages are posted, for a receiver at this URL. */
  target(url: URL): URL
  /**
   * The JSON body: within the limits that the receiver documents, and with nothing in it that foreign text could do there.
   * `url`: the receiver's own, where that says more than where to post.
   */
  render(message: Message, options: RenderOptions, url: URL): object
  /** Headers beside those that every receiver gets. */
  headers(post: Post): Record<string, string>
  /** What an answer means for the delivery; every status has a meaning. */
  judge(answer: Answer): SendResult
  /** Carries the body where that is no POST. Ends when `means.passed` rejects, and never throws. */
  carry?(body: object, url: URL, means: EmailMeans): Promise<SendResult>
}

/** What a kind does that has nothing particular there. */
export const ORDINARY: Pick<Kind, 'recognises' | 'objection' | 'target' | 'headers'> = {
  recognises: () => false,
  objection: () => null,
  target: url => url,
  headers: () => ({}),
}

export interface Address {
  /** `https:`, on loopback `http:`, for email `mailto:`. */
  scheme: string
  /** Lower case, without port or final dot. */
  host: string
  path: string
  query: URLSearchParams
}

export interface RenderOptions {
  /** An earlier try may have arrived; the message says so. */
  possibleRepeat: boolean
  /** The smallest body that the kind accepts: the receiver has failed at the rich one. */
  plain: boolean
  /**
   * With `plain`: the receiver may have been away rather than strict, so that scripts still get their fields where the kind has
   * such a form.
   */
  keepsFields?: boolean
  /** The dashboard's address, for a link; none where it is not set. */
  publicUrl?: string | null
}

export interface Post {
  messageId: string
  /** Exactly what is sent. */
  body: string
  /** ALERT_WEBHOOK_SECRET; null where none is set. */
  secret: Secret | null
  /** Unix milliseconds. */
  now: number
}

export interface Answer {
  status: number
  headers: Headers
  /** The beginning of the body, as it came. */
  body: string
  /** The same without anything secret, fit to be shown to the operator. */
  shown: string
  /** Unix milliseconds. */
  now: number
}
