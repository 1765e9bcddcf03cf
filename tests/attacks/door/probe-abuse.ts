/** Probes of the machine itself, of everybody at once, of what clouds tell, and targets that are options of programs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { look, planOf } from '../../../agent/probes/look.ts';
import { Pace } from '../../../agent/probes/pace.ts';
import { here, type Reach } from '../../../agent/probes/reach.ts';
import type { Assignment } from '../../../appliance/protocol/probes/exchange.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { LinkedAgent } from '../../helpers/linked-agent.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';

const hosts = [
  ...['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::', 'localhost', '127.1', '0x7f.1'],
  ...[
    '2130706433',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
    '-oProxyCommand=id',
    '--help',
  ],
  ...['127.0.0.1;id', '$(id)', '127.0.0.1%lo', ''],
];

/** What a box sends, as the machine has it after the wire; then each is looked at. */
async function looks(reach: Reach, names: readonly string[]): Promise<{ met: number; codes: string[] }> {
  let met = 0;
  const server = createServer((socket) => {
    met += 1;
    socket.on('error', () => undefined).end();
  }).listen(0, '::');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const box = await WireBox.start({ admitted: 'all' });
  const machine = await LinkedAgent.start({ box: `127.0.0.1:${box.port}`, boxHash: box.hash });
  try {
    const session = await box.session(0);
    await machine.state('sending');
    const probes = names.flatMap((host, at): Assignment[] => {
      const letter = String.fromCharCode(97 + at);
      const common = { intervalMs: 5_000, beyond: true };
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
      return [
        { ...common, id: `${letter}aaaaaaa`, kind: 'tcp', options: { host, port } },
        { ...common, id: `${letter}aaaaaab`, kind: 'icmp', options: { host } },
        { ...common, id: `${letter}aaaaaac`, kind: 'http', options: { url } },
      ];
    });
    session.send('probeAssignments', { probes });
    await eventually('they have come', () => machine.assigned !== undefined, { everyMs: 5 });
    const ping = async () => [met++];
    const around = { clock: systemClock, reach, ping, reset: () => undefined, pace: new Pace(systemClock) };
    const codes: string[] = [];
    for (const probe of machine.assigned ?? []) {
      const { reason } = await look(
        planOf(probe),
        around,
        { echoes: [], heard: 0, intervalMs: 20_000 },
        new AbortController().signal,
      );
      codes.push(reason?.code ?? 'up');
    }
    return { met, codes };
  } finally {
    await machine.stop();
    await box.stop();
    server.close();
  }
}

export const probesByWire: Attack = {
  threat: 24,
  about: 'probes of the machine itself, of the world, and of what a program takes for an option',
  by: 'A3',
  guard: { file: 'appliance/protocol/probes/networks.ts', name: 'nowhere.check' },
  async control() {
    const { met } = await looks({ ...here, allowed: () => true }, ['127.0.0.1']);
    assert.equal(met, 3, 'a probe reaches what it may reach');
  },
  async attack() {
    const { met, codes } = await looks(here, hosts);
    assert.equal(met, 0, `${met} probes went out`);
    const refused = codes.filter(
      (code) => code === 'NOT_ALLOWED' || code === 'BAD_OPTIONS' || code === 'NAME',
    );
    assert.deepEqual(refused, codes);
    return `${codes.length} probes of ${hosts.length} such targets are not carried out`;
  },
};
