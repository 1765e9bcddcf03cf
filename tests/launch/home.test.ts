/** Who gets a home, and what is left of it afterwards. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { takeHome } from '../../appliance/launch/home.ts';

describe('a home', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nm-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gets a short private folder for sockets, even deep down, and notes its address', async () => {
    const home = await takeHome(join(folder, 'deep '.repeat(30).trim(), 'home'));
    assert.ok(Buffer.byteLength(join(home.runDir, 'pm2', 'rpc.sock')) < 100);
    assert.equal((await stat(home.runDir)).mode & 0o777, 0o700);
    assert.equal((await readFile(join(home.path, 'state', 'run'), 'utf8')).trim(), home.runDir);
    await home.release();
    assert.deepEqual(await readdir(join(home.path, 'state', 'launch')), []);
    await assert.rejects(stat(home.runDir), { code: 'ENOENT' });
  });

  it('is refused while another launcher has it', async () => {
    const script = join(folder, 'launch');
    await mkdir(script);
    await writeFile(join(script, 'start.ts'), 'setInterval(() => {}, 1000);');
    const other = spawn(process.execPath, [join(script, 'start.ts')]);
    await takeHome(folder).then((home) => home.release());
    await writeFile(join(folder, 'state', 'launch', 'pid'), `${other.pid}\n`);
    await assert.rejects(takeHome(folder), { code: 'CONFLICT', message: /already running.*--home/ });
    other.kill();
    await new Promise((done) => other.once('exit', done));
    await (await takeHome(folder)).release();
  });

  it('is taken again when its number now belongs to another program', async () => {
    await takeHome(folder).then((home) => home.release());
    await writeFile(join(folder, 'state', 'launch', 'pid'), '1\n');
    await (await takeHome(folder)).release();
  });

  it('loses the sockets of a launcher that was killed', async () => {
    const killed = await takeHome(folder);
    await writeFile(join(killed.runDir, 'store.sock'), '');
    await rm(join(folder, 'state', 'launch', 'pid'));
    const next = await takeHome(folder);
    await assert.rejects(stat(killed.runDir), { code: 'ENOENT' });
    await next.release();
  });

  it('ends the daemons that a launcher and its pm2 left when both were killed', async () => {
    const killed = await takeHome(folder);
    const pids = join(killed.runDir, 'pm2', 'pids');
    await mkdir(pids, { recursive: true });
    const env = { NETMONITOR_RUN: killed.runDir };
    const daemon = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env });
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const ended = new Promise((done) => daemon.once('exit', done));
    await writeFile(join(pids, 'store-0.pid'), `${daemon.pid}`);
    await writeFile(join(pids, 'web-1.pid'), `${stranger.pid}`);
    await rm(join(folder, 'state', 'launch', 'pid'));
    const next = await takeHome(folder);
    await ended;
    assert.equal(stranger.signalCode, null, 'a number that belongs to another program by now');
    stranger.kill();
    await next.release();
  });

  it('that cannot be made is refused with what to do', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(takeHome(join(folder, 'file', 'home')), {
      code: 'STATE_UNWRITABLE',
      message: /--home/,
    });
  });
});
