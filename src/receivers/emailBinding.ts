export interface Email {
  subject: string
  text: string
  html?: string
}

/** What Cloudflare's `[[send_email]]` binds: https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
export interface EmailBinding {
  send(email: Email & { from: string; to: string }): Promise<unknown>
}

export interface EmailMeans {
  /** Null where none is bound. */
  binding: EmailBinding | null
  /** EMAIL_FROM; null where it is not set. */
  from: string | null
  /** Rejects when the time is over. */
  passed: Promise<never>
}
