import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fpingArguments, readFping } from '../../../agent/probes/fping.ts';
import { pingArguments, pinger } from '../../../agent/probes/ping.ts';
import { Pings, pingPeriodMs } from '../../../agent/probes/pings.ts';
import { Fault, type Past } from '../../../agent/probes/probe.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { figureOf, lookAt, verdictOf } from '../../helpers/probing.ts';

const near = (is: number | undefined, wanted: number) => assert.ok(Math.abs(is! - wanted) < 1e-9, `${is}`);

test('loss and jitter are told over the last pings', async () => {
  const echoes = [0.01, 0.03, undefined, 0.02, 0.02];
  const past: Past = { echoes: [], heard: 0, intervalMs: 20_000 };
  const look = () =>
    lookAt('icmp', { host: 'pc.test', count: 4 }, { past, ping: async () => [echoes.shift()] });
  const first = await look();
  assert.equal(verdictOf(first), 'up');
  assert.equal(figureOf(first, 'probe.duration'), 0.01);
  assert.equal(figureOf(first, 'probe.jitter'), undefined);
  near(figureOf(await look(), 'probe.jitter'), 0.02);
  const lost = await look();
  assert.equal(verdictOf(lost), 'down TIMEOUT');
  near(figureOf(lost, 'probe.loss'), 1 / 3);
  await look();
  near(figureOf(await look(), 'probe.loss'), 1 / 4);
  assert.equal(past.echoes.length, 4);
});

/** A ping that says what a real one did. */
async function program(t: TestContext, text: string, code: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netmonitor-ping-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ping'), `#!/bin/sh\n${text}\nexit ${code}\n`);
  await chmod(join(folder, 'ping'), 0o755);
  return join(folder, 'ping');
}

test('what ping says is understood in any language, and what it cannot do is no loss', async (t) => {
  const ping = async (text: string, code: number) =>
    (await pinger(await program(t, text, code))('192.0.2.7', nobody(), 1_000, signal))[0];
  near(await ping("echo '64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.045 ms'", 0), 0.000_045);
  near(await ping("echo 'Réponse de 192.0.2.7 : octets=32 temps=12 ms TTL=64'", 0), 0.012);
  near(await ping("echo 'Antwort von 192.0.2.7: Bytes=32 Zeit<1ms TTL=64'", 0), 0.001);
  assert.equal(
    await ping("echo '1 packets transmitted, 0 received, 100% packet loss, time 0ms'", 1),
    undefined,
  );
  await assert.rejects(ping("echo 'ping: connect: Network is unreachable' >&2", 2), { code: 'UNREACHABLE' });
  await assert.rejects(ping("echo 'ping: socket: Operation not permitted' >&2", 2), { code: 'NO_MEANS' });
  await assert.rejects(pinger('/nowhere/ping')('192.0.2.7', nobody(), 1_000, signal), { code: 'NO_MEANS' });
  await assert.rejects(pinger('/nowhere/ping')('-f', nobody(), 1_000, signal), { code: 'INTERNAL' });
});

test('a ping that never ends is killed when nobody waits any more', async (t) => {
  const ending = new AbortController();
  const waiting = pinger(await program(t, 'exec sleep 600', 0))('192.0.2.7', nobody(), 1_000, ending.signal);
  ending.abort();
  await assert.rejects(waiting);
});

test('each system has its own words for one echo', () => {
  assert.deepEqual(pingArguments('linux', '192.0.2.7', 1_500), [
    '-n',
    '-c',
    '1',
    '-W',
    '2',
    '--',
    '192.0.2.7',
  ]);
  assert.deepEqual(pingArguments('win32', '192.0.2.7', 1_500), ['-n', '1', '-w', '1500', '192.0.2.7']);
  assert.deepEqual(pingArguments('darwin', '192.0.2.7', 900), ['-n', '-c', '1', '-t', '1', '192.0.2.7']);
});

test('a look takes all echoes since the last one', async () => {
  const echoes = [
    [0.01, undefined, 0.03],
    [undefined, undefined],
  ];
  const past: Past = { echoes: [], heard: 0, intervalMs: 20_000 };
  const look = () => lookAt('icmp', { host: 'pc.test' }, { past, ping: async () => echoes.shift() ?? [] });
  const first = await look();
  assert.equal(verdictOf(first), 'up');
  near(figureOf(first, 'probe.duration'), 0.02);
  near(figureOf(first, 'probe.loss'), 1 / 3);
  assert.equal(verdictOf(await look()), 'down TIMEOUT');
  assert.equal(past.echoes.length, 5);
});

test('lines of fping are read, and its complaints passed over', () => {
  const line = '192.0.2.7  : [12], 64 bytes, 0.194 ms (0.194 avg, 0% loss)';
  assert.deepEqual(readFping(line), { address: '192.0.2.7', seconds: 0.000_194 });
  const lost = '2001:db8::7 : [0], timed out (NaN avg, 100% loss)';
  assert.deepEqual(readFping(lost), { address: '2001:db8::7', seconds: undefined });
  assert.equal(readFping('ICMP Host Unreachable from 192.0.2.1 for ICMP Echo sent to 192.0.2.7'), undefined);
  assert.deepEqual(fpingArguments(['192.0.2.7'], 10_000).slice(-2), ['--', '192.0.2.7']);
});

const nobody = (): Past => ({ echoes: [], heard: 0, intervalMs: 20_000 });
const { signal } = new AbortController();

async function pings(t: TestContext, text: string, once: () => Promise<number[]> = async () => [0.5]) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'info', write: (line) => lines.push(line) });
  const made = new Pings({ clock: systemClock, log, once, program: await program(t, text, 4) });
  t.after(() => made.stop());
  return { made, lines };
}
/** Says of each address that stands behind the two dashes that its echo came, then what the test says. */
const answers = (then: string) =>
  `while [ "$1" != -- ]; do shift; done; shift; for one in "$@"; do echo "$one : [0], 64 bytes, 2 ms (2 avg, 0% loss)"; done; ${then}`;

test('one fping serves all addresses, and two probes of one address hear the same', async (t) => {
  const { made } = await pings(t, answers('exec sleep 600'));
  const ping = (address: string) => made.ping(address, nobody(), 9_000, signal);
  const came = await Promise.all(['192.0.2.7', '2001:db8::7', '192.0.2.7'].map(ping));
  assert.deepEqual(came, [[0.002], [0.002], [0.002]]);
  assert.deepEqual(await ping('192.0.2.7'), [0.002], 'who comes later does, too');
});

test('who looks again before the next echo asks for one, and where nothing else can ping hears the last', async (t) => {
  const { made } = await pings(t, answers('exec sleep 600'));
  const past = nobody();
  assert.deepEqual(await made.ping('192.0.2.7', past, 9_000, signal), [0.002]);
  assert.deepEqual(await made.ping('192.0.2.7', past, 9_000, signal), [0.5]);
  const { made: alone } = await pings(t, answers('exec sleep 600'), async () => {
    throw new Fault('NO_MEANS', 'there is no ping here');
  });
  const other = nobody();
  await alone.ping('192.0.2.7', other, 9_000, signal);
  assert.deepEqual(await alone.ping('192.0.2.7', other, 9_000, signal), [0.002]);
});

test('who is stopped while it waits for an echo does not wait any longer', async (t) => {
  const { made } = await pings(t, 'exec sleep 600');
  const ending = new AbortController();
  const waiting = made.ping('192.0.2.7', nobody(), 9_000, ending.signal);
  ending.abort();
  await assert.rejects(waiting, { code: 'TIMEOUT' });
});

test('who is woken and stopped at once begins nothing', async (t) => {
  const { clock, ...ending } = { clock: new FakeClock(), stop: new AbortController() };
  const log = createLog({ name: 'test', level: 'error', write: (line) => assert.fail(line) });
  const text = 'sleep 60';
  const asked: string[] = [];
  const once = async (address: string) => {
    asked.push(address);
    return [0.5];
  };
  const made = new Pings({ clock, log, once, program: await program(t, text, 0) });
  t.after(() => made.stop());
  const waiting = made.ping(
    '192.0.2.7',
    { echoes: [], heard: 0, intervalMs: 20_000 },
    1_000,
    ending.stop.signal,
  );
  made.stop();
  const before = clock.timers;
  ending.stop.abort();
  await assert.rejects(waiting, { code: 'TIMEOUT' });
  assert.deepEqual([asked, clock.timers], [[], before], 'no program is about to start');
});

test('an address that nobody looks at any more is let go, and new ones join without the others missing an echo', async (t) => {
  const clock = new FakeClock();
  const folder = await mkdtemp(join(tmpdir(), 'netmonitor-ping-'));
  t.after(() => rm(folder, { recursive: true }));
  const list = join(folder, 'list');
  // Each line on its standard output stands for an echo of every address; which are asked stands in the file.
  const text = `echo "$@" >> ${list}; ${answers('exec sleep 600')}`;
  const log = createLog({ name: 'test', level: 'info', write: (line) => assert.fail(line) });
  const made = new Pings({ clock, log, once: async () => [0.5], program: await program(t, text, 4) });
  t.after(() => made.stop());
  const lists = async () =>
    (await readFile(list, 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^.*-- /, ''));
  const looks = async (address: string, past: Past) => {
    let came: readonly (number | undefined)[] | undefined;
    let left = 12;
    void made.ping(address, past, 9_000, signal).then((echoes) => (came = echoes));
    await eventually(
      'an echo',
      async () => {
        // As long as it waits before it begins anew, however long this machine takes.
        await clock.advance(left-- > 0 ? 100 : 0);
        return came !== undefined;
      },
      { everyMs: 5 },
    );
    return came;
  };
  const [first, second, third] = [nobody(), nobody(), nobody()];
  assert.deepEqual(await looks('192.0.2.7', first), [0.002]);
  assert.deepEqual(await looks('192.0.2.8', second), [0.002]);
  assert.deepEqual(await lists(), ['192.0.2.7', '192.0.2.7 192.0.2.8']);
  await clock.advance(30_000);
  assert.deepEqual(await looks('192.0.2.8', second), [0.5], 'it is looked at again');
  await clock.advance(15_000);
  assert.deepEqual(await looks('192.0.2.9', third), [0.002]);
  assert.deepEqual((await lists()).at(-1), '192.0.2.8 192.0.2.9');
});

test('what is looked at seldom is pinged once at each look', async (t) => {
  const { made } = await pings(t, answers('exec sleep 600'));
  assert.deepEqual(await made.ping('192.0.2.7', { ...nobody(), intervalMs: 300_000 }, 9_000, signal), [0.5]);
});

test('echoes come twice between two looks, at most every two and a half seconds', () => {
  assert.deepEqual(
    [5_000, 9_999, 10_000, 19_999, 20_000, 60_000].map(pingPeriodMs),
    [2_500, 2_500, 5_000, 5_000, 10_000, 10_000],
  );
});

test('where fping is missing or may not ping, ping does', async (t) => {
  const { made, lines } = await pings(t, "echo 'must run as root?' >&2");
  assert.deepEqual(await made.ping('192.0.2.7', nobody(), 9_000, signal), [0.5]);
  await eventually('it is said', () => lines.length === 1);
  assert.deepEqual(await made.ping('192.0.2.8', nobody(), 9_000, signal), [0.5]);
  await assert.rejects(made.ping('-f', nobody(), 9_000, signal), { code: 'INTERNAL' });
});
