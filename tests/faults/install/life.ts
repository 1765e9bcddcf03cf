/** One life of the package on a clean system: by the line of /get until it is measured, or cut in the middle, and away again. */

import type { Appliance } from '../../helpers/appliance.ts';
import { leftBehind, lineOf, measured, startInstalled, tokenOf } from '../../helpers/installed-machine.ts';
import { Sandbox } from '../../helpers/sandbox.ts';

export type Place = { lower: string; network: string; page: string; box: Appliance; packages: string };

/** Resolves to what is wrong, in words. */
export async function wholeLife({ lower, network, page, box }: Place): Promise<string[]> {
  const computer = await Sandbox.create({ lower, network });
  try {
    const token = await tokenOf(box, 'clean');
    const line = await lineOf(computer, page);
    const installed = await computer.shell(`${line} --token=${token} --name=clean --interval=1s`);
    if (installed.code !== 0) return [`not installed: ${installed.err}`];
    const agent = await startInstalled(computer);
    try {
      await measured(computer, box, 'clean');
    } finally {
      await agent.end();
    }
    const removed = await computer.shell('netmonitor-agent uninstall --yes');
    if (removed.code !== 0) return [`not removed: ${removed.err}`];
    return await leftBehind(computer);
  } finally {
    await computer.remove();
  }
}

/** What useradd and its kin, killed themselves, leave of the locks that they had on these files. */
const locks = /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)\.(\d+|lock)$/;

/** dpkg is killed at this moment of an installation, and again of the removal; what is done then is what a person would do. */
export async function cutLife({ lower, network, packages }: Place, afterMs: number): Promise<string[]> {
  const computer = await Sandbox.create({ lower, network, shown: { [packages]: '/run/shown/agent.deb' } });
  const cut = `timeout --signal=KILL ${(afterMs / 1000).toFixed(3)}`;
  try {
    await computer.shell(`${cut} dpkg --install /run/shown/agent.deb`);
    const again = await computer.shell('dpkg --install /run/shown/agent.deb && netmonitor-agent --version');
    if (again.code !== 0) return [`the second installation failed: ${again.err}`];
    await computer.shell(`${cut} dpkg --purge netmonitor-agent`);
    const status = await computer.shell('dpkg --purge netmonitor-agent');
    if (status.code !== 0) return [`the second removal failed: ${status.err}`];
    return (await leftBehind(computer)).filter((path) => !locks.test(path));
  } finally {
    await computer.remove();
  }
}
