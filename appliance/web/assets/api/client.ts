/** The REST interface of the box, one method a wish; failures carry the box's own code and sentence. */
import type { IncidentPage, IncidentQuery } from '../../../watch/client/types.ts';
import type {
  AgentsDoor,
  FleetAnswer,
  JournalEntry,
  JournalPage,
  JournalQuery,
  Machine,
  MachineAnswer,
  PanelFrame,
  PressKind,
  RangeAnswer,
  Session,
  Waiting,
} from './types.ts';

const mostJournalAnswers = 10;

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly path: string | undefined;

  constructor(status: number, code: string, message: string, path?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

type Query = Record<string, string | number | readonly string[] | undefined>;
type Call = { body?: unknown; query?: Query; signal?: AbortSignal; timeoutMs?: number };
type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export type RangeQuery = { names: readonly string[]; fromMs: number; toMs: number; points: number };
export type Api = ReturnType<typeof createApi>;

const callTimeoutMs = 20_000;

export function createApi(language: string, doFetch: Fetch = (input, init) => fetch(input, init)) {
  const call = async (method: string, path: string, o: Call = {}): Promise<unknown> => {
    const timeout = AbortSignal.timeout(o.timeoutMs ?? callTimeoutMs);
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: o.signal === undefined ? timeout : AbortSignal.any([o.signal, timeout]),
      headers: {
        accept: 'application/json',
        // The box answers in the language that the page speaks.
        'accept-language': language,
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(o.body ?? {}) }),
    };
    let response: Response;
    try {
      response = await doFetch(`/api/v1${path}${queryText(o.query)}`, init);
    } catch (error) {
      if (o.signal?.aborted) throw error;
      throw new ApiError(0, 'UNREACHABLE', error instanceof Error ? error.message : String(error));
    }
    return await readAnswer(response);
  };
  const machinePath = (machine: number): string => `/machines/${machine}`;
  const waitingPath = (id: string, verb: string): string => `/waiting/${encodeURIComponent(id)}/${verb}`;

  return {
    /** For what is asked by a view that is loaded later. */
    call,
    door: async () => (await call('GET', '/door')) as AgentsDoor,
    session: async () => (await call('GET', '/session')) as Session,
    signIn: async (o: { name: string; password: string }) => {
      await call('POST', '/session', { body: o });
    },
    signOut: async () => {
      await call('DELETE', '/session');
    },
    machines: async () => (await call('GET', '/machines')) as FleetAnswer,
    machine: async (n: number, signal?: AbortSignal) =>
      (await call('GET', machinePath(n), { ...(signal ? { signal } : {}) })) as MachineAnswer,
    removeMachine: async (n: number) => {
      await call('DELETE', machinePath(n));
    },
    range: async (n: number, q: RangeQuery, signal?: AbortSignal) => {
      const query = { series: q.names, from: q.fromMs, to: q.toMs, points: q.points };
      return (await call('GET', `${machinePath(n)}/range`, {
        query,
        ...(signal ? { signal } : {}),
      })) as RangeAnswer;
    },
    waiting: async () => {
      const answer = (await call('GET', '/waiting')) as Waiting[] | { waiting: Waiting[] };
      return Array.isArray(answer) ? answer : answer.waiting;
    },
    incidents: async (query: IncidentQuery) => (await call('GET', '/incidents', { query })) as IncidentPage,
    select: async (id: string) => (await call('POST', waitingPath(id, 'select'))) as Waiting,
    deselect: async () => {
      await call('POST', '/waiting/deselect');
    },
    /** With `same` it is that machine with a new key. */
    admit: async (id: string, digits: string, same?: number) =>
      (await call('POST', waitingPath(id, 'admit'), { body: { digits, same } })) as Machine,
    refuse: async (id: string) => {
      await call('POST', waitingPath(id, 'refuse'));
    },
    /** A search may need several answers until it has found enough; after some it gives what there is. */
    async journal({ limit = 100, ...q }: JournalQuery): Promise<JournalPage> {
      const entries: JournalEntry[] = [];
      let more: number | null = q.before ?? null;
      for (let asked = 0; asked < mostJournalAnswers && entries.length < limit; asked++) {
        const query = { ...q, limit: limit - entries.length, before: more ?? undefined };
        const page = (await call('GET', '/journal', { query })) as JournalPage;
        entries.push(...page.entries);
        more = page.more;
        if (more === null) break;
      }
      return { entries, more };
    },
    panel: async () => readPanel(await call('GET', '/panel')),
    press: async (kind: PressKind) => {
      await call('POST', '/panel/press', { body: { kind } });
    },
  };
}

/** The frame stands alone in a live event and under `frame` in the REST answer. */
export function readPanel(value: unknown): PanelFrame | null {
  const outer = value as { frame?: unknown } | null;
  const frame = (outer?.frame ?? outer) as Partial<PanelFrame> | null;
  if (typeof frame?.bits !== 'string') return null;
  const text = Array.isArray(frame.text) ? frame.text.map(String) : [];
  return { bits: frame.bits, screen: String(frame.screen ?? ''), text };
}

export function queryText(query: Query | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === '') continue;
    for (const item of Array.isArray(value) ? value : [value]) pairs.append(name, String(item));
  }
  return pairs.size === 0 ? '' : `?${pairs}`;
}

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  const value = text === '' ? null : parse(text);
  if (response.ok) return value;
  const error = (value as { error?: { code?: string; message?: string; path?: string } } | null)?.error;
  throw new ApiError(
    response.status,
    error?.code ?? 'INTERNAL',
    error?.message ?? response.statusText,
    error?.path,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A proxy's HTML page, for instance: the status decides what happened.
    return { error: { code: 'INTERNAL', message: `answer is not JSON: ${String(cause)}` } };
  }
}
