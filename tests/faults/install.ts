/** The agent's package on a clean Debian: installed by the line of /get, measured, killed in the middle, and removed to the last file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realPackages } from '../helpers/agent-packages.ts';
import { Appliance } from '../helpers/appliance.ts';
import { Lan } from '../helpers/lan.ts';
import { Sandbox } from '../helpers/sandbox.ts';
import { type Fault, nothingFound, ToolMissing } from './fault.ts';
import { cleanDebian } from './install/clean-debian.ts';
import { cutLife, type Place, wholeLife } from './install/life.ts';

/** An installation takes about a second: the cuts walk through it. */
const latestCutMs = 1_200;

export const install: Fault = {
  about:
    'the .deb on a clean Debian: once as a person installs it, then N times with dpkg killed in the middle',
  goal: 'measured at the box without digits, and after the removal every file and user is as before',
  usualCount: 20,
  piece: 1_000,
  async run({ count, signal, progress }) {
    const why = (await Lan.missing()) || (await Sandbox.missing());
    if (why !== false) throw new ToolMissing(why);
    const found = { ...nothingFound };
    const note = (problems: readonly string[], what: string) => {
      found.injected++;
      if (problems.length === 0) return;
      found.wrong++;
      progress(`${what}: ${problems.join('; ')}`);
    };
    await inPlace(progress, async (place) => {
      note(await wholeLife(place), 'installed and removed');
      for (let n = 1; n < count && !signal.aborted; n++) {
        const afterMs = Math.round((latestCutMs * n) / count);
        note(await cutLife(place, afterMs), `cut after ${afterMs} ms`);
        if (n % 5 === 0) progress(`${n} cuts`);
      }
    });
    return found;
  },
};

async function inPlace(
  progress: (text: string) => void,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nm-packages-'));
  progress('making a clean Debian');
  const debian = await cleanDebian();
  const lan = await Lan.create();
  let box: Appliance | undefined;
  try {
    const { packages } = await realPackages(folder);
    const [deb] = packages.filter(({ kind }) => kind === 'deb');
    const { prefix, address } = await lan.addHost();
    box = await Appliance.start({
      ...{ daemons: ['store', 'ingest', 'web'], prefix, announce: true, packagesDir: folder },
      flags: { store: ['--clock', 'trusted'] },
    });
    const { namespace } = await lan.addHost();
    await work({
      ...{ lower: debian.folder, network: namespace, box },
      page: `https://${address}:${box.ports.https}/get`,
      packages: join(folder, deb?.file ?? ''),
    });
  } finally {
    await box?.stop();
    await lan.remove();
    await debian.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
