/** What a person does with the line of /get on another computer, which is a sandbox here. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { AgentStatus } from '../../agent/status.ts';
import type { Appliance } from './appliance.ts';
import { eventually } from './eventually.ts';
import { tester } from './machine.ts';
import type { Sandbox } from './sandbox.ts';

/** The line for Linux as it is copied from the page, without the sudo that root does not need. */
export async function lineOf(computer: Sandbox, page: string): Promise<string> {
  const shown = await computer.shell(`curl -fsSk -A 'Mozilla/5.0 (X11; Linux x86_64)' ${page}`);
  assert.equal(shown.code, 0, shown.err);
  const [, line = ''] = /<code>(curl [^<]+)<\/code>/.exec(shown.out) ?? [];
  return line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replace('| sudo sh', '| sh');
}

/** Good for one machine. The door makes none until it has heard what time it is, a moment after it answers. */
export async function tokenOf(box: Appliance, label: string): Promise<string> {
  const made = await eventually('a token', () =>
    box.ingest.createToken({ uses: 1, hours: 1, label }, tester),
  );
  return made.token;
}

/** As the unit starts it: the user of the package, and a folder for the socket. */
export async function startInstalled(computer: Sandbox): Promise<{ end(): Promise<unknown> }> {
  const folder = '/run/netmonitor-agent';
  await computer.shell(`mkdir -p ${folder} && chown netmonitor-agent:netmonitor-agent ${folder}`);
  const user = ['setpriv', '--reuid=netmonitor-agent', '--regid=netmonitor-agent', '--clear-groups'];
  const [command = '', ...args] = [...computer.prefix, ...user, '/usr/lib/netmonitor/agent/run'];
  const child = spawn(command, args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    end(): Promise<unknown> {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Admitted by its token, up, with values at the box; and it says so itself. */
export async function measured(computer: Sandbox, box: Appliance, name: string): Promise<void> {
  await eventually(`${name} is admitted and measured`, async () => {
    const found = (await box.store.machines()).find((one) => one.name === name);
    return found?.state === 'up' && !found.local && (await box.store.latest(found.machine)).length > 0;
  });
  const status = await computer.shell('netmonitor-agent status --json');
  assert.equal((JSON.parse(status.out) as AgentStatus).state, 'sending', status.err);
}

/** What a package manager notes about itself. */
const notes =
  /^\/var\/(lib\/dpkg|log|cache)\/|^\/etc\/((passwd|group|shadow|gshadow|subuid|subgid)-|\.pwd\.lock)$/;

export const leftBehind = async (computer: Sandbox): Promise<string[]> =>
  (await computer.changes()).filter((path) => !notes.test(path));
