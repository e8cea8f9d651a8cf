import { longPlant, type Plant, plant } from './plant.ts'

/** Mistakes in the brake: what stays at OpenAI because of them is somebody's production. */
export const BRAKE_PLANTS: readonly Plant[] = [
  plant('brake-forgets-its-part', 'tracker/brake/runBrake.ts', 'marks: mergedMarks(held.marks, step.marks),', ''),
  plant(
    'brake-restores-the-old-policy',
    'brake/policy.ts',
    'const denied = new Set(marks.denied)',
    'if (marks.denied.length > 0) return before\n  const denied = new Set(marks.denied)',
  ),
  plant(
    'brake-releases-too-much',
    'brake/policy.ts',
    'const models = present.models.filter(model => !denied.has(model))',
    'const models = denied.size > 0 ? [] : present.models',
  ),
  plant(
    'brake-empties-an-allow-list',
    'brake/policy.ts',
    'if (taken.length > 0 && taken.length === owners.models.length) return null',
    '',
  ),
  plant(
    'brake-released-an-hour-early',
    'tracker/brake/brakePlan.ts',
    'return dateOf(Math.floor(ports.now() / 1000))',
    'return dateOf(Math.floor(ports.now() / 1000) + 3600)',
  ),
  plant(
    'brake-sets-twice',
    'tracker/brake/runBrake.ts',
    'if (isSamePolicy(read.policy, step.policy)) {',
    'if (!row.wanted && isSamePolicy(read.policy, step.policy)) {',
  ),
  plant(
    'brake-forgets-late-writes',
    'tracker/brake/runBrake.ts',
    'const isUnsure = row.unsureUntil > now && row.unsureUntil <= now + UNSURE_MS',
    'const isUnsure = row.unsureUntil > now && row.unsureUntil <= now',
  ),
  plant(
    'brake-believes-a-write',
    'tracker/brake/runBrake.ts',
    'const back = await desk.ask(upstream => desk.ports.readPolicy(upstream, project), [])',
    'const back = { ok: true as const, policy: step.policy, requests: 0 }',
  ),
  plant(
    'brake-watches-and-acts',
    'tracker/brake/brakePlan.ts',
    "return desk.config.brake.mode === 'on' ? TIERS",
    "return desk.config.brake.mode !== 'off' ? TIERS",
  ),
  plant(
    'brake-believes-any-404',
    'openai/modelPermissions.ts',
    "return fault.kind === 'unexpectedStatus' && fault.isGone === true",
    "return fault.kind === 'unexpectedStatus' && fault.status === 404",
  ),
  plant(
    'brake-doubts-nothing',
    'tracker/brake/runBrake.ts',
    'const isIn = since > 0 && now - since < DOUBT_MS',
    'const isIn = since < 0',
  ),
  plant(
    'brake-denies-everything',
    'brake/wantedModels.ts',
    'return !unclassified && tiers.has(tier) && !SUMS.has(model)',
    'return tiers.has(tier) && !SUMS.has(model)',
  ),
].map(each => longPlant('brake', each))
