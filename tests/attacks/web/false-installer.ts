/** Somebody answers in the place of the box when the line of /get is typed, and offers a script of his own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../helpers/certificates.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { offerPackages } from './packages-on-offer.ts';

const reader = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };

export const falseInstaller: Attack = {
  threat: 22,
  about: 'another page in the place of the box hands out its own installer',
  by: 'A1',
  guard: { file: 'appliance/web/get/commands.ts', name: '--pinnedpubkey' },
  async missing() {
    const { code } = await run('command -v curl');
    return code === 0 ? null : 'curl is not on this machine';
  },
  async control(scene) {
    await offerPackages(scene);
    assert.match((await run(await lineOf(scene))).said, /^installed from https:/);
  },
  async attack(scene) {
    const { pem, keyPem } = makeCertificate({
      name: 'netmonitor.local',
      dns: ['netmonitor.local', 'localhost'],
    });
    const server = createServer({ key: keyPem, cert: pem }, (_request, response) =>
      response.end('echo OWNED\n'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const line = (await lineOf(scene)).replace(/https:\/\/[^/]+/, `https://127.0.0.1:${port}`);
      const plain = line.replace(/--pinnedpubkey '[^']+'/, '');
      assert.match((await run(plain)).said, /OWNED/, 'without the pin the other page would have been run');
      const { said } = await run(line);
      assert.doesNotMatch(said, /OWNED/);
      assert.match(said, /public key does not match/);
      return 'curl ends before it asks: the key is another';
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
};

/** As a person copies it; what it fetches is run by a shell that is nobody's root. */
async function lineOf({ ask }: Scene): Promise<string> {
  const { text } = await ask('/get', { headers: reader });
  const [, line = ''] = /<code>(curl [^<]+)<\/code>/.exec(text) ?? [];
  return line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replace('| sudo sh', '| sh');
}

async function run(line: string): Promise<{ code: number | null; said: string }> {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  await once(child, 'close');
  return { code: child.exitCode, said };
}
