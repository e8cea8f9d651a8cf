import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChannel } from '../../../src/receivers/channel.ts'
import { SAMPLE_URLS } from './sampleUrls.ts'

const kindOf = (url: string) => {
  const parsed = parseChannel(url)
  return parsed.ok ? parsed.channel.kind : `refused: it ${parsed.reason}`
}

describe('parseChannel', () => {
  it.each<[string, string]>([
    ['https://hooks.slack.com/services/T0/B0/token', 'slack'],
    ['https://hooks.slack-gov.com/services/T0/B0/token', 'slack'],
    ['https://HOOKS.SLACK.COM./services/T0/B0/token', 'slack'],
    ['https://discord.com/api/webhooks/1/token', 'discord'],
    ['https://discord.com/api/v10/webhooks/1/token?thread_id=2', 'discord'],
    ['https://ptb.discordapp.com/api/webhooks/1/token/', 'discord'],
    ['https://discord.com/api/webhooks/1/token/slack', 'slack'],
    ['https://example.com/hook', 'generic'],
    ['slack+https://mattermost.example.com/hooks/x', 'slack'],
    ['Discord+https://relay.example.com/x', 'discord'],
    ['generic+https://hooks.slack.com/anything', 'generic'],
    ['http://localhost:9000/hook', 'generic'],
    ['http://127.0.0.1/hook', 'generic'],
    ['http://[::1]:1/hook', 'generic'],
    ['slack+http://localhost:9000/hook', 'slack'],
    ['https://hooks.slack.com.evil.test/services/T0/B0/token', 'generic'],
    ['https://evil.test/hooks.slack.com/services/x', 'generic'],
    ['https://notdiscord.com/api/webhooks/1/token', 'generic'],
    ['https://discord.com.evil.test/api/webhooks/1/token', 'generic'],
    ['https://nothooks.slack.com/services/T0/B0/token', 'generic'],
    ['https://discord.com/api/webhooks/1234567890/token', 'discord'],
    ['generic+https://discord.com/channels/1/2', 'generic'],
    ['https://example.com/?to=slack+https://example.org', 'generic'],
    ['http://127.100.20.3/hook', 'generic'],
    ...Object.entries(SAMPLE_URLS).map(([kind, url]): [string, string] => [url, kind]),
    ['https://events.eu.pagerduty.com/v2/enqueue?routing_key=R0123456789012345678901234567890', 'pagerduty'],
    ['ntfy+https://push.example.com/base/topic', 'ntfy'],
    ['mailto:%zz@example.com', 'email'],
    ['mailto:on%20call@example.com', 'refused: it is not one address (mailto:name@example.com)'],
    ['https://push.example.com/message?token=A1', 'generic'],
    ['https://alerts.example.com/api/v2/alerts', 'generic'],
    ['https://chat.example.com/hooks/x', 'generic'],
    ['https://discord.com/api/webhooks/1/token#kinds=digest', 'discord'],
  ])('%s is %s', (url, kind) => expect(kindOf(url)).toBe(kind))

  it.each([
    ['hook', 'refused: it is not a URL'],
    ['', 'refused: it is not a URL'],
    ['http://example.com/hook', 'refused: it must start with https:// (it starts with http://)'],
    ['http://localhost.evil.test/hook', 'refused: it must start with https:// (it starts with http://)'],
    ['http://127.0.0.1.evil.test/', 'refused: it must start with https:// (it starts with http://)'],
    ['http://[::ffff:127.0.0.1]/', 'refused: it must start with https:// (it starts with http://)'],
    ['http://notlocalhost/hook', 'refused: it must start with https:// (it starts with http://)'],
    ['ftp://localhost/hook', 'refused: it must start with https://'],
    ['notslack+https://example.com/hook', 'refused: it must start with https://'],
    ['https://user@example.com/', 'refused: it must not carry a user name or password'],
    ['https://:pass@example.com/', 'refused: it must not carry a user name or password'],
    ['https://discord.com/x/api/webhooks/1/token', /Discord URL but not a webhook/],
    ['javascript:alert(1)', 'refused: it must start with https://'],
    ['supersecret:token', 'refused: it must start with https://'],
    ['https://user:pass@example.com/', 'refused: it must not carry a user name or password'],
    ['https://hooks.slack.com/workflows/T0/x', /incoming webhook/],
    ['https://hooks.slack.com/triggers/T0/x', /incoming webhook/],
    ['https://discord.com/channels/1/2', /Discord URL but not a webhook/],
    ['https://discord.com/api/webhooks/1/token/github', /Discord URL but not a webhook/],
    ['https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual', /Microsoft has retired/],
    ['https://team.webhook.office.com/webhookb2/1', /Microsoft has retired/],
    ['https://outlook.office.com/webhook/1', /Microsoft has retired/],
    ['https://x.environment.api.powerplatform.com/elsewhere', /not the trigger of a workflow/],
    ['https://chat.googleapis.com/v1/spaces/A/messages?key=1', /Google Chat URL but not a webhook/],
    ['https://chat.googleapis.com/v1/spaces/A?key=1&token=2', /Google Chat URL but not a webhook/],
    ['https://api.telegram.org/bot1:x/sendMessage', /no Telegram URL for messages/],
    ['https://api.telegram.org/bot1:x/sendPhoto?chat_id=1', /no Telegram URL for messages/],
    ['https://ntfy.sh/', /no topic of ntfy/],
    ['ntfy+https://push.example.com/a.b', /no topic of ntfy/],
    ['gotify+https://push.example.com/message', /no URL for messages of Gotify/],
    ['gotify+https://push.example.com/?token=A', /no URL for messages of Gotify/],
    ['https://events.pagerduty.com/v2/enqueue', /no PagerDuty URL for events/],
    ['https://events.pagerduty.com/v2/enqueue?routing_key=short', /no PagerDuty URL for events/],
    ['https://events.pagerduty.com/x?routing_key=R0123456789012345678901234567890', /no PagerDuty URL for events/],
    ['alertmanager+https://alerts.example.com/api/v1/alerts', /no URL for alerts/],
    ['mailto:', /not one address/],
    ['mailto:ops', /not one address/],
    ['mailto:a@example.com;b@example.com', /not one address/],
    ['mailto:a@example.com?subject=x', /not one address/],
    ['email+https://example.com/', /no address/],
  ])('%s is %s', (url, reason) =>
    expect(kindOf(url)).toEqual(reason instanceof RegExp ? expect.stringMatching(reason) : reason),
  )

  it('names the same receiver the same way, and another one differently', () => {
    const id = (url: string) => {
      const parsed = parseChannel(url)
      return parsed.ok ? parsed.channel.id : null
    }
    expect(id('https://example.com/a')).toMatch(/^generic-[0-9a-f]{8}$/)
    expect(id('https://EXAMPLE.com:443/a')).toBe(id('https://example.com/a'))
    expect(id('https://example.com/b')).not.toBe(id('https://example.com/a'))
    // As releases before this one called it.
    expect(id('https://example.com/a#min=90&name=ops')).toBe(id('https://example.com/a'))
    expect(id('https://example.com/a')).toBe('generic-2dce0a4c')
  })

  it('repeats nothing of a URL, in reasons or in a printed channel', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('https://', 'http://', 'https://u:p@', 'slack+https://', 'ftp://', 'canaryscheme:'),
        fc.constantFrom('hooks.slack.com', 'discord.com', 'example.com', 'localhost', ''),
        fc.constantFrom('/services/', '/api/webhooks/1/', '/', ''),
        (scheme, host, path) => {
          const parsed = parseChannel(`${scheme}${host}${path}canary0123456789`)
          const shown = `${JSON.stringify(parsed)} ${parsed.ok ? `${parsed.channel.url}` : parsed.reason}`
          expect(shown).not.toContain('canary')
        },
      ),
    )
  })
})
