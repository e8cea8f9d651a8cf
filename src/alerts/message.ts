import type { AlertMessage } from './alertMessage.ts'
import type { MissedMessage } from './missedMessage.ts'
import type { NoticeOf } from './notices/notice.ts'
import type { NoticeMessage } from './notices/notices.ts'
import type { ResolvedMessage } from './resolvedMessage.ts'
import type { TestMessage } from './testMessage.ts'
import type { WatchMessage } from './watchMessage.ts'

/** Everything that a receiver is ever told. */
export type Message = AlertMessage | MissedMessage | NoticeMessage | WatchMessage | ResolvedMessage | TestMessage

/** A message of any kind and the rows that it is about. */
export type Notice = NoticeOf<Message>
