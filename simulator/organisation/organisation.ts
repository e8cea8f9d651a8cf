/** The pools of complimentary tokens a day that an organisation in usage tier 3 to 5 has (Help Center 10306912). */
export const POOLS = { premium: 1_000_000, mini: 10_000_000 } as const
export type Pool = keyof typeof POOLS

export type SimulatedModel = {
  /** The name as the Usage API gives it: a dated snapshot where one exists. */
  name: string
  pool: Pool
  /** Part of the pool's traffic. */
  share: number
  /** Mean tokens of one request. */
  input: number
  output: number
  writesCache?: true
  /** Made up, only the order of size is real. */
  price: Price
}

/** Dollars for a million tokens, in whole thousandths, so that a token costs whole billionths of a dollar. */
export type Price = { input: number; cached: number; output: number }

export const MODELS: readonly SimulatedModel[] = [
  model('gpt-5-2025-08-07', 'premium', 0.3, [780, 420], [1.25, 0.125, 10]),
  model('gpt-5.1-2025-11-13', 'premium', 0.2, [820, 380], [1.25, 0.125, 10]),
  { ...model('gpt-5.6-sol', 'premium', 0.17, [900, 350], [2, 0.2, 12]), writesCache: true },
  model('gpt-4o-2024-08-06', 'premium', 0.15, [700, 240], [2.5, 1.25, 10]),
  model('gpt-4.1-2025-04-14', 'premium', 0.11, [950, 260], [2, 0.5, 8]),
  model('o3-2025-04-16', 'premium', 0.07, [640, 900], [2, 0.5, 8]),
  model('gpt-5-mini-2025-08-07', 'mini', 0.31, [720, 260], [0.25, 0.025, 2]),
  model('gpt-4o-mini-2024-07-18', 'mini', 0.24, [690, 210], [0.15, 0.075, 0.6]),
  { ...model('gpt-5.6-terra', 'mini', 0.17, [760, 240], [0.3, 0.03, 2.4]), writesCache: true },
  model('gpt-4.1-mini-2025-04-14', 'mini', 0.13, [880, 190], [0.4, 0.1, 1.6]),
  model('gpt-5-nano-2025-08-07', 'mini', 0.09, [520, 150], [0.05, 0.005, 0.4]),
  model('o4-mini-2025-04-16', 'mini', 0.06, [610, 700], [1.1, 0.275, 4.4]),
]

/** The id of no key: what somebody tries in the Playground is booked under their name and `api_key_id: null`. */
export const PLAYGROUND = ''

export type SimulatedProject = {
  id: string
  name: string
  createdAt: number
  /** Shares its traffic with OpenAI, so that it may use complimentary tokens. */
  shared: boolean
  share: number
  archived?: true
  /** Who asks, each as often as the others. */
  keys: readonly SimulatedKey[]
}

export type SimulatedKey = {
  id: string
  name: string
  /** The owner: a user or a service account. */
  user: string
  /** The owner has left the project; the key still works. */
  orphaned?: true
}

export const USERS: readonly { id: string; name: string | null; email: string }[] = [
  { id: 'user-h4Ty8NqAz2PbVcJm', name: 'Amina Okafor', email: 'amina@acme.example' },
  { id: 'user-Rk0mWsX6dLfQe9Tu', name: 'Jonas Lindqvist', email: 'jonas@acme.example' },
  { id: 'user-Qx3vGrT8yKoL5nWb', name: null, email: 'data-team@acme.example' },
  { id: 'user-Bn5jEpGi7OaZxM3c', name: 'Mei Tanaka', email: 'mei@acme.example' },
  // Whose events are that name nobody.
  { id: 'user-sim', name: 'Simulated user', email: 'simulated@acme.example' },
]

export const SERVICE_ACCOUNTS: readonly { id: string; name: string; project: string }[] = [
  { id: 'svc_acct_Tn5RvKc2XwLhPe8J', name: 'Nightly index', project: 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1' },
]

export const PROJECTS: readonly SimulatedProject[] = [
  {
    id: 'proj_Q3vTn8dYcL1mWx5RzKe7HbSa',
    name: 'Assistant',
    createdAt: 1727784000,
    shared: true,
    share: 0.58,
    keys: [
      { id: 'key_9fLw2KcTzVd0RmQx', name: 'Assistant production', user: 'user-h4Ty8NqAz2PbVcJm' },
      { id: 'key_Hs61pNvYbEo7UgDa', name: 'Jonas laptop', user: 'user-Rk0mWsX6dLfQe9Tu' },
      { id: PLAYGROUND, name: '', user: 'user-Rk0mWsX6dLfQe9Tu' },
    ],
  },
  {
    id: 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1',
    name: 'Search & summaries',
    createdAt: 1735732800,
    shared: true,
    share: 0.32,
    keys: [
      { id: 'key_4xTqMzBn8WcJr5Le', name: 'Search API', user: 'user-h4Ty8NqAz2PbVcJm' },
      { id: 'key_Zd7mPq2KvXs9RtHb', name: 'Summaries', user: 'user-h4Ty8NqAz2PbVcJm' },
      { id: 'key_w1CfUy5NgAo8EiLj', name: 'Nightly index', user: 'svc_acct_Tn5RvKc2XwLhPe8J' },
    ],
  },
  {
    id: 'proj_V6kLdAs0FoYi8CmTw3QnGxHr',
    name: 'Customer data (not shared)',
    createdAt: 1741996800,
    shared: false,
    share: 0.1,
    keys: [
      { id: 'key_tR3oVyKu1HsXf6Pg', name: 'Reports', user: 'user-Bn5jEpGi7OaZxM3c' },
      { id: 'key_M4bJcYx0SdQnWz6T', name: 'Data export', user: 'user-Qx3vGrT8yKoL5nWb', orphaned: true },
    ],
  },
  // Where events go that name no project.
  {
    id: 'proj_sim',
    name: 'Simulated',
    createdAt: 1746057600,
    shared: true,
    share: 0,
    keys: [{ id: 'key_sim', name: 'Simulated key', user: 'user-sim' }],
  },
  {
    id: 'proj_oldPrototype0000000000000',
    name: 'Prototype',
    createdAt: 1709251200,
    shared: false,
    share: 0,
    archived: true,
    keys: [],
  },
]

function model(
  name: string,
  pool: Pool,
  share: number,
  [input, output]: [number, number],
  [fresh, cached, out]: [number, number, number],
): SimulatedModel {
  return { name, pool, share, input, output, price: { input: fresh, cached, output: out } }
}
