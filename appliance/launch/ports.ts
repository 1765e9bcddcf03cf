/** Chooses the ports of a home: those it had before, or the usual ones, or the next free ones. */
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Failure, systemCodeOf } from '../runtime/errors.ts';
import { writeFileSafely } from '../runtime/files.ts';
import type { Ports } from './daemons.ts';

/** Without privilege 443 and 80 cannot be had, so a start by hand uses their usual substitutes. */
const usual: Ports = { https: 8443, http: 8080, door: 7411 };
const names = Object.keys(usual) as (keyof Ports)[];
const tried = 50;

type IsFree = (port: number) => Promise<boolean>;

/** A port that the person asked for is taken as it is or refused; the others may move. */
export async function choosePorts(
  home: string,
  wanted: { https?: number },
  isFree: IsFree = portIsFree,
): Promise<Ports> {
  const file = join(home, 'state', 'launch', 'ports.json');
  const first: Ports = {
    ...usual,
    ...(await remembered(file)),
    ...(wanted.https === undefined ? {} : { https: wanted.https }),
  };
  const chosen = { ...first };
  const given = new Set<number>();
  // https comes first in `names`: what the person asked for is never taken by one of the others.
  for (const name of names) {
    const tries = name === 'https' && wanted.https !== undefined ? 1 : tried;
    chosen[name] = await nextFree(
      first[name],
      tries,
      async (port) => !given.has(port) && (await isFree(port)),
    );
    given.add(chosen[name]);
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileSafely(file, Buffer.from(`${JSON.stringify(chosen)}\n`), { mode: 0o600 });
  return chosen;
}

async function nextFree(first: number, tries: number, isFree: IsFree): Promise<number> {
  for (let port = first; port < first + tries && port < 65_536; port++) if (await isFree(port)) return port;
  throw new Failure(
    'PORT_TAKEN',
    tries === 1
      ? `Port ${first} is taken by another program. Stop it, or choose another with --port.`
      : `The ports from ${first} to ${first + tries - 1} are all taken. Stop what uses them, or choose one with --port.`,
  );
}

async function remembered(file: string): Promise<Partial<Ports>> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const good = (name: string) =>
      Number.isInteger(kept[name]) && Number(kept[name]) > 0 && Number(kept[name]) < 65_536;
    return Object.fromEntries(names.filter(good).map((name) => [name, kept[name]]));
  } catch (error) {
    // Only a convenience: without it the usual ports are tried again.
    if (systemCodeOf(error) === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Free on all addresses, as the daemons listen on all. */
export async function portIsFree(port: number): Promise<boolean> {
  for (const host of ['0.0.0.0', '::']) if (!(await canListen(port, host))) return false;
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = systemCodeOf(error) ?? '';
      // A machine without IPv6 cannot have the port taken there.
      if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') resolve(true);
      else if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
