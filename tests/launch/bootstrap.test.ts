/** The bootstrap, as npm runs it: the right Node, arguments, signals and exit codes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isAlive } from '../../appliance/launch/processes.ts';
import { childEnvironment } from '../../appliance/runtime/environment.ts';
import { eventually } from '../helpers/eventually.ts';
import { repository } from '../helpers/programs.ts';

const bootstrap = join(repository, 'appliance/launch/bootstrap.mjs');
const program = `
import { writeFileSync } from 'node:fs';
const [file = '', ...rest] = process.argv.slice(2);
process.on('SIGTERM', () => process.exit(7));
writeFileSync(file, JSON.stringify({ pid: process.pid, version: process.version, rest }));
if (rest[0] === 'wait') setInterval(() => undefined, 1000);
else process.exitCode = 5;
`;

type Seen = { pid: number; version: string; rest: string[] };

describe('the bootstrap', () => {
  let folder: string;
  let script: string;
  before(async () => {
    await mkdir(join(repository, '.cache'), { recursive: true });
    folder = await mkdtemp(join(repository, '.cache', 'bootstrap-'));
    script = relative(repository, join(folder, 'program.ts'));
    await writeFile(join(folder, 'program.ts'), program);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const seen = (name: string) =>
    eventually('the program', async () => JSON.parse(await readFile(join(folder, name), 'utf8')) as Seen);

  const ended = (child: ReturnType<typeof spawn>) =>
    new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  it('runs the file under our Node with its arguments, and ends with its exit code', async () => {
    const child = spawn(process.execPath, [bootstrap, script, join(folder, 'plain'), 'a b', '--c=d'], {
      stdio: 'inherit',
    });
    assert.equal(await ended(child), 5);
    const { version, rest } = await seen('plain');
    assert.equal(version, process.version);
    assert.deepEqual(rest, ['a b', '--c=d']);
  });

  it('passes a signal on and ends as the program does', async () => {
    const child = spawn(process.execPath, [bootstrap, script, join(folder, 'signal'), 'wait'], {
      stdio: 'inherit',
    });
    const { pid } = await seen('signal');
    child.kill('SIGTERM');
    assert.equal(await ended(child), 7);
    assert.ok(!isAlive(pid));
  });

  it('stops the program when the shell that npm put between is gone', async () => {
    // As dash does it for npm: the shell waits for its child and dies of a signal without passing it on.
    const command = `"$0" "$1" "$2" "$3" wait; true`;
    const file = join(folder, 'shell');
    const child = spawn('sh', ['-c', command, process.execPath, bootstrap, script, file], {
      stdio: 'inherit',
      env: childEnvironment({ npm_lifecycle_event: 'start' }),
    });
    const { pid } = await seen('shell');
    child.kill('SIGTERM');
    await ended(child);
    await eventually('the program has ended', () => !isAlive(pid));
  });

  it('says what it needs when it is given nothing', async () => {
    const child = spawn(process.execPath, [bootstrap], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    assert.equal(await ended(child), 1);
    assert.match(said, /FILE\.ts/);
  });
});
