/** The packages as they are built, with a few bytes in the place of Node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { unitWithoutNotify } from '../../../image/agents/linux.ts';
import type { AgentPackages } from '../../../image/agents/packages.table.ts';
import { buildAgents } from '../../../image/agents.ts';
import { readTar } from '../../../image/archives/tar.ts';
import { smallPackages } from '../../helpers/agent-packages.ts';
import { repository } from '../../helpers/programs.ts';

let folder: string;
let linux: AgentPackages;
let others: AgentPackages;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nm-packages-'));
  linux = await smallPackages(join(folder, 'linux'));
  others = await buildAgents({
    root: repository,
    outDir: join(folder, 'others'),
    only: ['windows-x64', 'macos-arm64'],
    progress: () => undefined,
    nodeOf: async () => ({ version: '24.0.0', binary: Buffer.from('node'), license: Buffer.from('terms') }),
  });
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the same sources are the same bytes', async () => {
  assert.deepEqual(await smallPackages(join(folder, 'again')), linux);
});

test('the list beside the packages tells sizes and hashes as they are', () => {
  const text = readFileSync(join(folder, 'linux', 'packages.json'), 'utf8');
  assert.deepEqual(JSON.parse(text), linux);
  for (const { file, bytes, sha256 } of linux.packages) {
    const content = readFileSync(join(folder, 'linux', file));
    assert.deepEqual([content.length, createHash('sha256').update(content).digest('hex')], [bytes, sha256]);
  }
  const script = readFileSync(join(folder, 'linux', 'install.sh'), 'utf8');
  for (const { file, sha256 } of linux.packages) assert.ok(script.includes(`${file} ${sha256}\n`), file);
});

test('dpkg understands the Debian package, and every file of it is root’s', () => {
  const deb = linux.packages.find(({ kind }) => kind === 'deb');
  const file = join(folder, 'linux', deb?.file ?? '');
  const field = spawnSync('dpkg-deb', ['--field', file, 'Package', 'Version', 'Depends']).stdout.toString();
  assert.match(field, /^Package: netmonitor-agent\nVersion: 0\.\d+\.\d+\nDepends: libc6 /);
  const listed = spawnSync('dpkg-deb', ['--contents', file]).stdout.toString().trim().split('\n');
  assert.deepEqual(
    listed.filter((line) => !/^[d-]rw[x-]r-[x-]r-[x-] root\/root /.test(line)),
    [],
  );
  assert.ok(listed.some((line) => line.endsWith(' ./usr/lib/systemd/system/netmonitor-agent.service')));
});

test('the unit of the package waits for no word, which it could not hear', () => {
  const unit = unitWithoutNotify(readFileSync(join(repository, 'systemd/netmonitor-agent.service'), 'utf8'));
  assert.match(unit, /^Type=exec$/m);
  assert.doesNotMatch(unit, /notify|NotifyAccess|WatchdogSec/);
  assert.match(unit, /^\[Unit\]\n[^[]*^StartLimitIntervalSec=0$/m);
  assert.match(unit, /^NoNewPrivileges=yes$/m);
  assert.throws(() => unitWithoutNotify('Type=notify\n'), /does not say/);
});

test('the package for Windows has its scripts with the ends of lines and the mark that Windows reads', () => {
  const [zip] = others.packages.filter(({ system }) => system === 'windows');
  const files = unzip(readFileSync(join(folder, 'others', zip?.file ?? '')));
  for (const name of [
    'install.ps1',
    'node.exe',
    'netmonitor-agent.cmd',
    'agent/main.mjs',
    'agent/cli.mjs',
    'agent/run.cmd',
    'agent/service.ps1',
  ])
    assert.ok(files.has(`netmonitor-agent/${name}`), name);
  for (const [name, content] of files) {
    if (!/\.(cmd|ps1)$/.test(name)) continue;
    const text = content.toString('utf8');
    assert.doesNotMatch(text, /[^\r]\n|@FLAGS@/, name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what needs no mark
    if (/[^\x00-\x7f]/.test(text)) assert.ok(text.startsWith('\ufeff') && name.endsWith('.ps1'), name);
  }
});

test('the package for macOS is one folder, with programs that may be run', () => {
  const [mac] = others.packages.filter(({ system }) => system === 'macos');
  const archive = gunzipSync(readFileSync(join(folder, 'others', mac?.file ?? '')));
  const names = [...readTar(archive, () => true).keys()];
  for (const name of [
    'install.sh',
    'node',
    'netmonitor-agent',
    'net.netmonitor.agent.plist',
    'agent/run',
    'agent/service',
  ])
    assert.ok(names.includes(`netmonitor-agent/${name}`), name);
  const listed = spawnSync('tar', ['-tvf', '-'], { input: archive }).stdout.toString().trim().split('\n');
  const programs = listed
    .filter((line) => line.startsWith('-rwxr-xr-x'))
    .map((line) => line.split('/').slice(2).join('/'));
  for (const name of ['install.sh', 'node', 'netmonitor-agent', 'agent/run', 'agent/service'])
    assert.ok(programs.includes(name), `${name} in ${programs.join(', ')}`);
});

function unzip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const [size, name] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26)];
    const start = at + 30 + name;
    files.set(zip.toString('latin1', at + 30, start), inflateRawSync(zip.subarray(start, start + size)));
    at = start + size;
  }
  return files;
}
