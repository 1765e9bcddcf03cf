import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { powerShellCommand, shellCommand } from '../../../appliance/web/get/commands.ts';
import { createGet } from '../../../appliance/web/get/routes.ts';

const own = { fingerprint: 'ab'.repeat(32), certificateFingerprint: 'cd'.repeat(32) };
const id = 'ef'.repeat(32);

/** What another computer is told that reached the page by this name, at this address of the box. */
async function reached(host: string, localAddress: string) {
  const get = createGet({
    packagesDir: '/nowhere',
    ingest: { door: async () => ({ id, port: 7411 }) as never },
    certificates: { serving: () => own as never },
    urls: () => ['https://192.0.2.7', 'https://netmonitor-ab12.local', 'https://localhost'],
  });
  const box = await get.reached({ headers: { host }, socket: { localAddress } } as never);
  assert.ok(box);
  return box;
}

test('names an address that another computer can dial', async () => {
  const cases = [
    ['box.school.example:8443', '192.0.2.7', 'box.school.example'],
    ['netmonitor-ab12.local', '::ffff:192.0.2.9', '192.0.2.9'],
    ['netmonitor-ab12.local', '2001:db8::7', '2001:db8::7'],
    // mDNS answers with these first; without a zone nobody can dial them.
    ['netmonitor-ab12.local', 'fe80::1%eth0', '192.0.2.7'],
    ['[fe80::1]', 'fe80::1%eth0', '192.0.2.7'],
    ['localhost', '::1', '192.0.2.7'],
  ] as const;
  for (const [host, at, told] of cases) assert.equal((await reached(host, at)).host, told, `${host} ${at}`);
});

test('a shell that looks for files where brackets stand takes the line as it is', async () => {
  const line = shellCommand(await reached('[2001:db8::7]:8443', '2001:db8::7'));
  const said = line.replace(/^curl/, 'echo').replace(/ \| .*/, '');
  // zsh does by default what bash does with failglob.
  const { stdout, stderr } = spawnSync('bash', ['-O', 'failglob', '-c', said], { encoding: 'utf8' });
  assert.match(stdout, / https:\/\/\[2001:db8::7\]:8443\/get\/install\.sh\n$/, stderr);
});

test('an error ends the line of PowerShell, and options behind it reach the script', async () => {
  const line = powerShellCommand(await reached('192.0.2.7', '192.0.2.7'));
  // It cannot be run here. Without a block an error ends one step only, and the next takes what an earlier try left behind.
  assert.match(line, /^& \{\$ErrorActionPreference='Stop';.* '--box-hash=[0-9a-f]{64}' @args\}$/);
});
