declare module 'virtual:answer-checks' {
  interface Check {
    (body: unknown): boolean
    errors?: { instancePath: string; message?: string; params: object }[] | null
  }
  /** By method, path, status and media type; null: the document has no schema for such a body. */
  const checks: Record<string, Check | null>
  export default checks
}
