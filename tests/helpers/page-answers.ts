/** What the made-up box answers to REST: the shapes and refusals of /api/v1, one function a noun. */
import { shortenRange } from '../../appliance/web/round.ts';
import { type Box, type Row, sampleLatest, sampleRange, sampleRow } from './page-box.ts';
import { devices } from './page-devices.ts';
import { people } from './page-people.ts';
import { watch } from './page-watch.ts';

export type Answer = { status: number; value?: unknown };
type Body = Record<string, unknown> | null;
type Request = { box: Box; method: string; path: string; query: URLSearchParams; body: Body };

const ok = (value: unknown): Answer => ({ status: 200, value });
const done: Answer = { status: 204 };
const refuse = (status: number, code: string, message: string, path?: string): Answer => ({
  status,
  value: { error: { code, message, ...(path === undefined ? {} : { path }) } },
});

export function answer(box: Box, method: string, path: string, query: URLSearchParams, body: Body): Answer {
  const request = { box, method, path, query, body };
  if (path.startsWith('/session')) return session(request);
  if (box.state !== 'signed-in') return refuse(401, 'UNAUTHORIZED', 'Please sign in.');
  for (const noun of [machines, waiting, watch, devices, journal, panel, people]) {
    const found = noun(request);
    if (found !== null) return found;
  }
  return refuse(404, 'NOT_FOUND', 'There is nothing at this address.');
}

function session({ box, method, path, body }: Request): Answer {
  if (method === 'GET') {
    return ok({
      state: box.state,
      ...(box.state === 'signed-in' ? { user: { name: box.account.name, role: box.role } } : {}),
      box: {
        ...{ name: 'netmonitor-qkzt', version: '0.1.0' },
        ...{ fingerprint: 'ab'.repeat(32), certificate: 'c3'.repeat(32) },
      },
      language: 'en',
    });
  }
  if (method === 'DELETE') {
    box.state = 'signed-out';
    return done;
  }
  if (path === '/session/recovery') {
    if (body?.code !== box.code) return refuse(401, 'UNAUTHORIZED', 'This is not the code.', 'code');
    box.account = { name: String(body.name), password: String(body.password) };
    return done;
  }
  if (path === '/session/first' || path === '/session/invitation') {
    if (body?.code !== box.code) {
      return refuse(401, 'UNAUTHORIZED', 'This is not the code on the box’s screen.', 'code');
    }
    box.account = { name: String(body.name), password: String(body.password) };
  } else if (body?.name !== box.account.name || body?.password !== box.account.password) {
    return refuse(401, 'UNAUTHORIZED', 'Name or password is wrong. Check both and try again.');
  }
  box.state = 'signed-in';
  return done;
}

function onMachine(box: Box, row: Row, what: string, body: Body): Answer {
  if (what === '/services') return ok({ toldMs: box.nowMs(), services: box.services, left: 2 });
  if (row.state !== 'up') return refuse(409, 'CONFLICT', `${row.name} is not connected now.`);
  if (what === '/processes') {
    const processes = [
      { pid: 812, name: 'postgres', cpu: 0.47, memoryBytes: 412_000_000 },
      { pid: 77, name: '<img src=x onerror=alert(1)>', memoryBytes: 90_000_000 },
    ];
    return ok({ off: false, overMs: 10_000, processes });
  }
  box.notices.push(String(body?.text));
  return done;
}

function machines({ box, method, path, query, body }: Request): Answer | null {
  if (path === '/machines') {
    return ok({
      machines: [...box.rows.values()],
      nowMs: box.nowMs(),
      clockTrusted: box.clockTrusted,
      staleSinceMs: box.staleSinceMs,
      ingestStaleSinceMs: null,
    });
  }
  const [, number, range, more] =
    /^\/machines\/(\d+)(\/range)?(\/services|\/processes|\/notice)?$/.exec(path) ?? [];
  if (number === undefined) return null;
  const row = box.rows.get(Number(number));
  if (row === undefined)
    return refuse(404, 'NOT_FOUND', `There is no machine with the number ${number}.`, 'machine');
  if (more !== undefined) return onMachine(box, row, more, body);
  if (range !== undefined) {
    const int = (name: string): number => Number(query.get(name));
    return ok(
      shortenRange(sampleRange(row.machine, query.getAll('series'), int('from'), int('to'), int('points'))),
    );
  }
  if (method === 'DELETE') {
    box.rows.delete(row.machine);
    return done;
  }
  const failedServices = box.services.filter(({ state }) => state === 'failed').length;
  return ok({ ...row, latest: row.tMs === null ? [] : sampleLatest(row.tMs), failedServices });
}

function waiting({ box, method, path, body }: Request): Answer | null {
  if (path === '/door') return ok({ port: 7411, addresses: ['192.0.2.2'] });
  if (path === '/waiting' && method === 'GET') return ok(box.waiting);
  if (path === '/open-house' && method === 'GET') return ok({ openHouse: null });
  if (path === '/clones') return ok({ clones: [] });
  if (path === '/waiting/wanted') return done;
  if (path === '/waiting/deselect') {
    box.waiting = box.waiting.map((one) => ({ ...one, digits: null, machineAnswer: null }));
    return done;
  }
  const [, id, verb] = /^\/waiting\/([0-9a-f]{64})\/(select|admit|refuse)$/.exec(path) ?? [];
  const found = box.waiting.find((one) => one.id === id);
  if (id === undefined || found === undefined) return null;
  if (verb === 'select') {
    const digits = '482913';
    box.waiting = box.waiting.map((one) => ({
      ...one,
      digits: one.id === id ? digits : null,
      machineAnswer: null,
    }));
    return ok({ ...found, digits });
  }
  if (verb === 'admit' && body?.digits !== found.digits) {
    return refuse(409, 'CONFLICT', 'These are not the digits that are shown now.');
  }
  box.waiting = box.waiting.filter((one) => one.id !== id);
  if (verb === 'refuse') return done;
  const row: Row = sampleRow(Math.max(0, ...box.rows.keys()) + 1, found.name, box.nowMs(), {
    tMs: null,
    summary: null,
  });
  box.rows.set(row.machine, row);
  const { tMs: _tMs, summary: _summary, ...machine } = row;
  return ok(machine);
}

function journal({ box, path, query }: Request): Answer | null {
  if (path !== '/journal') return null;
  const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
  const kind = query.get('kind');
  const text = query.get('text')?.toLowerCase();
  const entries = box.journal
    .filter((one) => one.id < before && (kind === null || one.kind === kind))
    .filter((one) => text === undefined || one.text.en.toLowerCase().includes(text));
  const page = entries.slice(0, Number(query.get('limit') ?? 100));
  return ok({ entries: page, more: page.length < entries.length ? (page.at(-1)?.id ?? null) : null });
}

function panel({ box, path }: Request): Answer | null {
  if (path === '/panel') return ok({ frame: box.frame });
  return path === '/panel/press' ? done : null;
}
