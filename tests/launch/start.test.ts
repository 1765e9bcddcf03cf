/** `npm start` as a person types it, with the real daemons: up, stopped, refused, interrupted. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { carries, isAlive } from '../../appliance/launch/processes.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Program, startProgram } from '../helpers/programs.ts';

type Ready = { ready: boolean; url: string; door: number; code: string | null; home: string };

/** A long way down and with spaces, where the paths of sockets would be too long. */
const deep = `a home ${'x'.repeat(140)}`;

describe('a start', () => {
  let folder: string;
  let home: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nm-'));
    home = join(folder, deep);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    startProgram({ main: 'appliance/launch/start.ts', args: ['--home', home, ...args] });

  const readyLine = (program: Program) =>
    eventually('all is up', () => {
      const line = program
        .said()
        .split('\n')
        .find((text) => text.startsWith('{'));
      return line !== undefined && (JSON.parse(line) as Ready);
    });

  /** Everything that runs for this home, by its environment or its command line. */
  async function processes(): Promise<number[]> {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
    return pids.filter((pid) => isAlive(pid) && carries(pid, home));
  }

  it('says where the page is when all is up, refuses a second one, and leaves nothing behind', async () => {
    const program = start('--json');
    const ready = await readyLine(program);
    assert.equal(ready.home, home);
    assert.match(ready.code ?? '', /^[0-9A-Z]{3}-[0-9A-Z]{3}$/);
    assert.equal(await statusOf(`${ready.url}/api/v1/status`), 200);
    const second = start('--json');
    assert.equal(await second.ended, 1);
    assert.match(second.said(), /already running/);
    assert.equal(await program.end('SIGINT'), 0);
    assert.deepEqual(await processes(), []);
  });

  it('stopped half-way leaves nothing behind either', async () => {
    const program = start('--json');
    await eventually('pm2 runs', async () => (await processes()).length > 1);
    assert.equal(await program.end('SIGTERM'), 0);
    assert.ok(!program.said().includes('"ready"'));
    assert.deepEqual(await processes(), []);
  });

  it('fails clearly when a daemon says that starting again will not help', async () => {
    const file = join(home, 'config', 'store.toml');
    await writeFile(file, 'commit_intervall = "30s"\n');
    const program = start('--json');
    assert.equal(await program.ended, 78);
    assert.match(program.said(), /store ended.*\n.*commit_intervall.*commit_interval/);
    assert.deepEqual(await processes(), []);
    await rm(file);
  });
});

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
