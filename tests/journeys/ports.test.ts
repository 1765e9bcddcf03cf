/** What of the box can be reached over the network is exactly what SECURITY.md says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ingestConfig } from '../../appliance/ingest/config.ts';
import { webConfig } from '../../appliance/web/config.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Host, Lan } from '../helpers/lan.ts';

const run = promisify(execFile);
const missing = await Lan.missing();
const nmap = await run('nmap', ['--version']).then(
  () => false as const,
  () => 'the command nmap is missing (Debian package nmap)',
);
let lan: Lan;
let host: Host;
let box: Appliance;

before(async () => {
  if (missing) return;
  lan = await Lan.create();
  host = await lan.addHost();
  const daemons = ['store', 'ingest', 'watch', 'web', 'display', 'agent'] as const;
  box = await Appliance.start({ daemons, prefix: host.prefix, announce: true });
});
after(async () => {
  if (missing) return;
  await box.stop();
  await lan.remove();
});

/** As in `TCP 443`, from the table of SECURITY.md. */
async function documented(): Promise<string[]> {
  const text = await readFile(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^\| ((?:TCP|UDP) \d+) /gm)].map(([, port]) => port!).sort();
}

/** The documented ports, with those in place of the usual ones at which this box was started. */
async function expected(): Promise<string[]> {
  const { https, http, door } = box.ports;
  const own: Record<string, string> = {
    'TCP 443': `TCP ${https}`,
    'TCP 80': `TCP ${http}`,
    'TCP 7411': `TCP ${door}`,
  };
  return (await documented()).map((port) => own[port] ?? port).sort();
}

/** Sockets of the namespace that take what strangers send: TCP in state LISTEN (0A), UDP without a peer (07). */
async function listening(): Promise<string[]> {
  const files = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => `/proc/net/${name}`);
  const [command, ...rest] = [...host.prefix, 'grep', '', ...files];
  const { stdout } = await run(command!, rest);
  const found = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [, protocol = '', port = '', state] =
      /^\/proc\/net\/(tcp|udp)6?: *\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ (\S\S) /.exec(line) ?? [];
    if (state === (protocol === 'tcp' ? '0A' : '07'))
      found.add(`${protocol.toUpperCase()} ${Number.parseInt(port, 16)}`);
  }
  return [...found].sort();
}

test('the documented ports are those of the configuration', async () => {
  const { port, beacon_port } = ingestConfig;
  const { https_port, http_port } = webConfig;
  const tcp = [https_port, http_port, port].map((key) => `TCP ${key.default}`);
  assert.deepEqual(await documented(), [...tcp, `UDP ${beacon_port.default}`, 'UDP 5353', 'UDP 1900'].sort());
});

test('the running box listens where SECURITY.md says, and nowhere else', { skip: missing }, async () => {
  const wanted = await expected();
  // The announcement follows the door; what should not be open at all is seen below, too.
  await eventually('all documented ports are open', async () => {
    const open = await listening();
    return wanted.every((port) => open.includes(port));
  });
  assert.deepEqual(await listening(), wanted);
});

test('a neighbour that tries every TCP port finds the documented ones', {
  skip: missing || nmap,
}, async () => {
  const neighbour = await lan.addHost();
  const [command, ...rest] = [...neighbour.prefix, 'nmap', '-n', '-p-', '-T5', '-oG', '-', host.address];
  const { stdout } = await run(command!, rest);
  const open = [...stdout.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => `TCP ${port}`).sort();
  assert.deepEqual(open, (await expected()).filter((port) => port.startsWith('TCP')).sort());
});
