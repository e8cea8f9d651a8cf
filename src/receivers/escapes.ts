// What foreign text must not be able to do, by the markup that it is shown in.

/** For HTML, and for Slack, which asks for these three and no others. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * Markdown, mentions and timestamps show as text; a URL is broken by a zero-width space so that nothing becomes a link, but
 * for OpenAI's own pages, which an operator is sent to.
 */
export function escapeMarkdown(text: string): string {
  return breakLinks(text.replace(/[\\*_~`|[\]<>]/g, '\\$&').replace(/^(\s*)([#+-])/gm, '$1\\$2'))
}

/** Where there are no escapes: what would be a link, a mention or a tag is broken by a zero-width space. */
export function breakMarkup(text: string): string {
  return breakLinks(text.replaceAll('](', ']\u200b(').replaceAll('<', '<\u200b'))
}

export function unchanged(text: string): string {
  return text
}

function breakLinks(text: string): string {
  return text.replace(/:\/\/(?!(?:platform|status)\.openai\.com\/)/g, ':\u200b//').replaceAll('@', '@\u200b')
}
