/**
 * A body of at most `most` bytes as text; null when it is longer, without having read the rest of it. Empty when the
 * sender broke off: that is no fault of ours.
 */
export async function readShortText(body: ReadableStream<Uint8Array> | null, most: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of body ?? []) {
      length += chunk.byteLength
      if (length > most) return null
      chunks.push(chunk)
    }
  } catch {
    return ''
  }
  return new Blob(chunks).text()
}
