import * as v from 'valibot'

export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  code: v.string(),
  success: v.exactOptional(v.literal(false)),
  error: v.exactOptional(v.string()),
})
