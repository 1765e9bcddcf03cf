// The box's own cable: what the agent measures of it is told as the cause.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CausedWatch, outside } from '../helpers/caused-watch.ts';
import { eventually } from '../helpers/eventually.ts';
import { Lan } from '../helpers/lan.ts';

const second = 1_000;
const minute = 60 * second;
const run = promisify(execFile);

test('a cable of the box that is pulled is told as such, though it keeps its address and another network', async (t) => {
  const watch = await CausedWatch.start(t);
  watch.tunnel = '100.64.0.9/32';
  watch.devices(2, { prefix: 'site', host: outside, through: ['cable', 'internet', 'gateway'] });
  await watch.pass(2 * minute);
  watch.break('cable', 'gateway');
  await watch.pass(2 * minute);
  const sentence = 'The network cable of the box has no link (eth0): it is out, or what it leads to is off';
  assert.deepEqual(watch.told(), [`opened ${sentence}`]);
  assert.deepEqual(
    watch
      .open()
      .filter(({ cause }) => cause === null)
      .map(({ rule }) => rule),
    ['network-box'],
  );
  await watch.restart();
  await watch.pass(minute);
  watch.mend('cable', 'gateway');
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 2);
  assert.match(watch.told()[1] ?? '', /^recovered Over after 3 min/);
  watch.break('gateway');
  await watch.pass(3 * minute);
  assert.match(watch.told()[2] ?? '', /^opened The gateway/, 'its cable is good');
});

test('with an address set by hand the kernel says that the cable is out, and the agent measures it', {
  skip: await Lan.missing(),
}, async (t) => {
  const lan = await Lan.create();
  t.after(() => lan.remove());
  const box = await lan.addHost();
  await lan.addTunnel(box);
  const look = async () => {
    const said = await run('ip', [
      'netns',
      'exec',
      box.namespace,
      process.execPath,
      'tests/helpers/own-links.ts',
    ]);
    return JSON.parse(said.stdout) as { up: Record<string, number>; networks: string[] };
  };
  const networks = [`${box.address}/24`, '100.64.0.1/24'];
  await eventually('the cable is in', async () => (await look()).up.eth0 === 1);
  assert.deepEqual((await look()).networks, networks);
  await lan.plug(box, false);
  const out = await eventually('the cable is out', async () => {
    const seen = await look();
    return seen.up.eth0 === 0 && seen;
  });
  assert.equal(out.up.tail0, 1, 'the tunnel stays');
  assert.deepEqual(out.networks, ['100.64.0.1/24'], 'what the kernel calls running');
});
