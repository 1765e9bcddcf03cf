/** An admin's token in the wrong hands makes probes of the box itself, of a cloud's secrets, of files, of everybody, of options. */
import assert from 'node:assert/strict';
import type { ProbeState } from '../../../appliance/watch/client/probes.ts';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const hosts = [
  ...[
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    'fd00:ec2::254',
  ],
  ...['224.0.0.1', '255.255.255.255', 'ff02::1', '127.1', '0x7f.1', '2130706433', '127.0.0.1%lo', ''],
  ...['-oProxyCommand=id', '--help', '127.0.0.1;id', '$(id)', '@metadata'],
];
const urls = [
  ...['file:///etc/passwd', 'http://127.0.0.1:7411/', 'http://[::1]/', 'http://169.254.169.254/latest'],
  ...['http://marie:secret@10.0.0.1/', 'gopher://10.0.0.1/', 'http://0/', 'http://-x/'],
];

const make = (scene: Scene, body: object) =>
  scene.ask('/api/v1/probes', {
    ...{ method: 'POST', cookie: scene.cookie },
    body: { name: 'x', beyond: true, ...body },
  });

export const probeByRest: Attack = {
  threat: 24,
  about: 'probes of the box itself, of a cloud’s metadata, of files, of everybody',
  by: 'A3',
  guard: { file: 'appliance/watch/probes/checks.ts', name: 'isNowhere(target)' },
  async control(scene) {
    const made = await eventually('the watch takes a probe', async () => {
      const answer = await make(scene, { kind: 'tcp', options: { host: 'nas.invalid', port: 445 } });
      return answer.status === 200 && (answer.json as ProbeState);
    });
    const { id } = made.probe;
    const { status } = await scene.ask(`/api/v1/probes/${id}`, { method: 'DELETE', cookie: scene.cookie });
    assert.equal(status, 204);
  },
  async attack(scene) {
    const bodies = [
      ...hosts.flatMap((host) => [
        { kind: 'icmp', options: { host } },
        { kind: 'tcp', options: { host, port: 80 } },
        { kind: 'dns', options: { host, name: 'a.example' } },
      ]),
      ...urls.flatMap((url) => ['http', 'https'].map((kind) => ({ kind, options: { url } }))),
    ];
    for (const body of bodies) {
      const { status } = await make(scene, body);
      assert.equal(status, 400, `${JSON.stringify(body)} was answered ${status}`);
    }
    const { json } = await scene.ask('/api/v1/probes', { cookie: scene.cookie });
    const { probes } = json as { probes: ProbeState[] };
    assert.ok(probes.every(({ probe }) => probe.builtIn));
    return `400 to ${bodies.length} such probes`;
  },
};
