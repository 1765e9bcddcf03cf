/** pm2 itself, with small programs in the place of the daemons. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { allGone, carries, isAlive } from '../../appliance/launch/processes.ts';
import { type DaemonEnd, type Supervisor, supervise } from '../../appliance/launch/supervisor.ts';
import { eventually } from '../helpers/eventually.ts';

const programs = {
  obedient: `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`,
  parting: `process.on('SIGTERM', () => { console.log('going'); setTimeout(() => process.exit(0), 500); }); setInterval(() => {}, 1000);`,
  stubborn: `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`,
  hopeless: `console.error('level=error msg="cannot"'); process.exit(78);`,
  crashing: `process.exitCode = 1;`,
};
type Name = keyof typeof programs;

describe('the supervisor', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nm supervisor-'));
    for (const [name, text] of Object.entries(programs))
      await writeFile(
        join(folder, `${name}.mjs`),
        `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], String(process.pid));\n${text}\n`,
      );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function start(names: readonly Name[], killAfterMs = 10_000) {
    const runDir = await mkdtemp(join(tmpdir(), 'nm-'));
    await mkdir(join(runDir, 'pids'));
    const ends: DaemonEnd[] = [];
    const apps = names.map((name) => ({
      name,
      script: `${name}.mjs`,
      args: [join(runDir, 'pids', name)],
      log: join(runDir, `${name}.log`),
    }));
    const supervisor = await supervise({
      cwd: folder,
      runDir,
      apps,
      env: { NETMONITOR_RUN: runDir },
      log: join(runDir, 'pm2.log'),
      onEnd: (end) => ends.push(end),
      killAfterMs,
    });
    const pidOf = (name: Name) =>
      eventually(
        `${name} runs`,
        async () => Number(await readFile(join(runDir, 'pids', name), 'utf8')) || false,
      );
    return { supervisor, ends, pidOf, runDir, done: () => rm(runDir, { recursive: true, force: true }) };
  }

  /** Every process of the machine that was started for this folder. */
  async function processesIn(runDir: string): Promise<number[]> {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
    return pids.filter((pid) => isAlive(pid) && carries(pid, runDir));
  }

  async function stopped(supervisor: Supervisor): Promise<number[]> {
    const killed = await supervisor.stop();
    await supervisor.ended;
    return killed;
  }

  it('stops everything that it started', async () => {
    const { supervisor, pidOf, done } = await start(['obedient']);
    const pid = await pidOf('obedient');
    assert.ok(isAlive(pid));
    assert.deepEqual(await stopped(supervisor), []);
    assert.ok(!isAlive(pid));
    await done();
  });

  it('stops everything also when it is asked before anything runs', async () => {
    const { supervisor, runDir, done } = await start(['obedient', 'stubborn'], 500);
    await stopped(supervisor);
    assert.deepEqual(await processesIn(runDir), []);
    await done();
  });

  it('leaves none behind that does not end when asked', async () => {
    const { supervisor, pidOf, done } = await start(['stubborn', 'obedient'], 500);
    const pids = [await pidOf('stubborn'), await pidOf('obedient')];
    await stopped(supervisor);
    assert.deepEqual(pids.filter(isAlive), []);
    await done();
  });

  it('starts a program again that crashed, but not one that says that this will not help', async () => {
    const { supervisor, ends, done } = await start(['hopeless', 'crashing']);
    await eventually('two crashes', () => ends.filter(({ daemon }) => daemon === 'crashing').length >= 2);
    assert.deepEqual(
      ends.filter(({ daemon }) => daemon === 'hopeless').map(({ code }) => code),
      [78],
    );
    await stopped(supervisor);
    await done();
  });

  it('starts a program again that was killed', async () => {
    const { supervisor, pidOf, done } = await start(['obedient']);
    const first = await pidOf('obedient');
    process.kill(first, 'SIGKILL');
    await eventually('another process', async () => (await pidOf('obedient')) !== first);
    await stopped(supervisor);
    await done();
  });

  it('keeps what a program says in its log', async () => {
    const { supervisor, runDir, done } = await start(['hopeless']);
    const text = () => readFile(join(runDir, 'hopeless.log'), 'utf8');
    await eventually('the message', async () => (await text()).includes('cannot'));
    await stopped(supervisor);
    await done();
  });

  it('ends with its launcher, even when that is killed', async () => {
    const runDir = await mkdtemp(join(tmpdir(), 'nm-'));
    const launcher = join(folder, 'launcher.mts');
    // The one that ends first makes pm2 speak, to nobody, while it still has to stop the slower ones.
    const apps = (['obedient', 'parting'] as const).map((name) => ({
      name,
      script: `${name}.mjs`,
      args: [join(runDir, `${name}.pid`)],
      log: join(runDir, `${name}.log`),
    }));
    const options = {
      cwd: folder,
      runDir,
      apps,
      env: { NETMONITOR_RUN: runDir },
      log: join(runDir, 'pm2.log'),
    };
    const supervisorFile = new URL('../../appliance/launch/supervisor.ts', import.meta.url).href;
    await writeFile(
      launcher,
      `import { supervise } from ${JSON.stringify(supervisorFile)};\nawait supervise({ ...${JSON.stringify(options)}, onEnd() {} });\n`,
    );
    const child = spawn(process.execPath, [launcher], { stdio: 'inherit' });
    const pidOf = async (file: string) =>
      eventually(file, async () => Number(await readFile(file, 'utf8').catch(() => '0')) || false);
    const pids = await Promise.all(apps.map((app) => pidOf(app.args[0] ?? '')));
    const pm2 = await pidOf(join(runDir, 'pm2', 'pm2.pid'));
    await eventually('both are known to pm2', async () =>
      (await readFile(join(runDir, 'pm2.log'), 'utf8')).includes('[parting:1] online'),
    );
    child.kill('SIGKILL');
    assert.ok(await allGone([...pids, pm2], 20_000));
    await rm(runDir, { recursive: true, force: true });
  });
});
