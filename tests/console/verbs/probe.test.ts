// probe against the watch, in the process of the test.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../../appliance/console/command.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createFakeTerminal } from '../../helpers/console-call.ts';
import { repository } from '../../helpers/programs.ts';
import { servedWatch } from '../../helpers/served-watch.ts';
import { watchedMachine } from '../../helpers/watch-store.ts';

async function consoleOverProbes(t: TestContext) {
  const { folder, probes, door, duty, store } = await servedWatch(t);
  store.put(watchedMachine(2, { local: true }));
  const call = async (args: string[], o: { answers?: (string | null)[]; locale?: string } = {}) => {
    const { answers, locale } = o;
    const terminal = createFakeTerminal([...(answers ?? [])], answers !== undefined);
    const code = await runCommand({
      environment: {
        argv: ['probe', ...args, '--run', folder],
        journald: false,
        ...(locale ? { locale } : {}),
      },
      ...{ terminal, clone: repository, nowMs: systemClock.wallMs(), user: 'anne' },
      signal: new AbortController().signal,
    });
    return { code, said: terminal.said.join('\n'), questions: terminal.questions };
  };
  const own = () => probes.definitions().filter(({ builtIn }) => !builtIn);
  return { call, own, probes, door, duty, store };
}

test('a probe is made by flags, changed, stopped, started and removed', async (t) => {
  const { call, own, store } = await consoleOverProbes(t);
  const made = await call([
    ...['add', 'https', 'Web', 'shop', '--url=https://shop.lan/', '--keyword=Welcome', '--timeout-ms=2000'],
    ...['--every=5min', '--from=box,1', '--behind=Gateway', '--stopped'],
  ]);
  assert.equal(made.code, 0, made.said);
  assert.match(made.said, /^Made “Web shop” \([a-z2-7]{8}\), stopped\.$/);
  const [{ id, ...probe } = { id: '' }] = own();
  assert.deepEqual(probe, {
    ...{
      kind: 'https',
      name: 'Web shop',
      intervalMs: 300_000,
      vantages: [1],
      enabled: false,
      builtIn: false,
    },
    ...{ groups: [], parent: 'boxroute', beyond: false },
    options: {
      ...{ timeoutMs: 2_000, url: 'https://shop.lan/', status: '200-399', keyword: 'Welcome' },
      ...{ absent: '', redirects: 0, certificate: 'name' },
    },
  });
  assert.equal((await call(['start', 'web', 'SHOP'])).said, 'Started “Web shop”.');
  assert.match(
    (await call([])).said,
    new RegExp(`${id} +\\? unknown +https +https://shop\\.lan/ +Nothing is known`),
  );
  const changed = await call(['change', id, '--rename=Shop', '--status=200', '--from=box', '--behind=']);
  assert.equal(changed.said, 'Changed “Shop”.');
  const [shop] = own();
  assert.deepEqual([shop?.options.status, shop?.vantages, shop?.parent], ['200', [], null]);
  assert.equal((await call(['stop', 'Shop'], { locale: 'fr_FR.UTF-8' })).said, '« Shop » est arrêtée.');
  assert.match((await call([])).said, /\? stopped/);
  assert.equal((await call(['remove', 'Shop'])).code, 1);
  const kept = await call(['remove', 'Shop'], { answers: ['no'] });
  assert.deepEqual(kept.questions, ['Remove “Shop” (https://shop.lan/)? What it measured stays. [yes/no] ']);
  assert.equal(own().length, 1);
  assert.equal((await call(['remove', 'Shop', '--yes'])).said, 'Removed “Shop”.');
  assert.deepEqual(own(), []);
  assert.ok(store.notes.every(({ kind, who }) => !kind.startsWith('probe.') || who === 'anne'));
});

test('a person at a terminal is asked only for what the kind needs, and again for what does not fit', async (t) => {
  const { call, own } = await consoleOverProbes(t);
  const { said, questions, code } = await call(['add'], {
    answers: ['telnet', 'tcp', '-oProxy', 'nas.lan', '', '0x50', '445', '', 'no', 'soon', '1min', '', 'yes'],
  });
  assert.equal(code, 0, said);
  assert.deepEqual(questions, [
    ...[
      'Kind [icmp]: ',
      'Kind [icmp]: ',
      'name or address of the device: ',
      'name or address of the device: ',
    ],
    ...['port: ', 'port: ', 'port: ', 'Name for people [nas.lan]: '],
    'Other settings? [yes/no] ',
    ...['How often [20s]: ', 'How often [20s]: ', 'From which machines (names, with commas between) [box]: '],
    'Make it? [yes/no] ',
  ]);
  assert.match(said, /There is no kind telnet/);
  assert.match(said, /Type a whole number\./);
  assert.match(
    said,
    /Usual settings:\n {2}text that it must greet with: nothing\n {2}after how many mill.*: 5000\n/,
  );
  assert.match(said, /"-oProxy" is neither a name nor an address/);
  assert.match(said, /nas\.lan: tcp nas\.lan:445, every 1 min, from the box\./);
  const [probe] = own();
  assert.deepEqual([probe?.name, probe?.intervalMs, probe?.options.port], ['nas.lan', 60_000, 445]);
});

test('what was said by flags is not asked, and nothing is made without a yes', async (t) => {
  const { call, own } = await consoleOverProbes(t);
  const french = await call(['add', 'icmp', '--host=8.8.8.8', '--every=1min', '--from=box'], {
    answers: ['', 'oui', '', '5', 'oui', 'oui'],
    locale: 'fr_FR.UTF-8',
  });
  assert.equal(french.code, 0, french.said);
  assert.deepEqual(french.questions.slice(-2), [
    'La créer ? [oui/non] ',
    '8.8.8.8 n’est pas dans un réseau local. Cette sonde peut-elle en sortir ? [oui/non] ',
  ]);
  const [probe] = own();
  assert.deepEqual([probe?.beyond, probe?.options.count, probe?.options.timeoutMs], [true, 5, 3_000]);
  for (const answers of [['10.0.0.1'], ['10.0.0.1', '', 'no', '', '', 'no'], []]) {
    const { code, said } = await call(['add', 'icmp'], { answers });
    assert.deepEqual([code, said.split('\n').at(-1)], [1, 'Nothing was made.']);
  }
  assert.equal(own().length, 1);
});

test('what was not understood is said before anything is asked of the box', async (t) => {
  const { call, own } = await consoleOverProbes(t);
  const misuse = async (args: string[]) => {
    const { code, said } = await call(args);
    assert.equal(code, 2, said);
    return said;
  };
  assert.match(await misuse(['shout']), /probe takes list, show, add/);
  assert.match(await misuse(['add']), /add needs a kind \(icmp, http, https/);
  assert.match(await misuse(['add', 'tcp']), /add needs a kind/);
  assert.match(await misuse(['add', 'magic', 'x']), /There is no kind magic/);
  assert.match(await misuse(['add', 'tcp', 'x', '--host=a']), /tcp needs --port/);
  assert.match(
    await misuse(['add', 'tcp', 'x', '--host=a', '--url=b']),
    /tcp has no --url; it has --host, --port/,
  );
  assert.match(await misuse(['add', 'tcp', 'x', '--host=a', '--port=many']), /--port: Type a whole number/);
  assert.match(await misuse(['add', 'icmp', 'x', '--host=-c1']), /neither a name nor an address/);
  assert.match(await misuse(['add', 'icmp', 'x', '--host=a', '--every=often']), /--every takes a time/);
  assert.match(await misuse(['add', 'icmp', 'x', '--host=a', '--every=1s']), /--every takes .* from 5s/);
  assert.match(await misuse(['add', 'icmp', 'x', '--host=a', '--beyond', '--within']), /contradict/);
  assert.match(await misuse(['show']), /Which probe/);
  assert.match(await misuse(['change', 'Gateway']), /at least one option/);
  const refused = await call(['add', 'icmp', 'x', '--host=8.8.8.8']);
  assert.deepEqual([refused.code, own()], [1, []]);
  assert.match(refused.said, /^--host: 8\.8\.8\.8 is outside of the local networks.*\(--beyond\)/);
  assert.match((await call(['show', 'nothing'])).said, /There is no probe nothing/);
  for (const name of ['twin', 'Twin']) await call(['add', 'icmp', name, '--host=a.lan']);
  assert.match(
    await misuse(['stop', 'twin']),
    /Several probes are called twin: name one by its id \(\w{8}, \w{8}\)/,
  );
  const { said } = await call(['--help']);
  assert.match(said, /--timeout-ms=N +after how many milliseconds it has failed\n/);
  assert.match(said, /--certificate=WORD .*\(name, trusted, any\) \[https\]/);
});

test('run waits for what comes of it', async (t) => {
  const { call, own, door, store } = await consoleOverProbes(t);
  await call(['add', 'tcp', 'NAS', '--host=nas.lan', '--port=445']);
  const id = own()[0]!.id;
  door.up();
  const answer = (isUp: boolean) => {
    const asked = door.assigned.get(2)?.find((one) => one.id === id)?.again;
    if (asked === undefined) return false;
    store.live(2, systemClock.wallMs(), [{ name: `probe.up:${id}`, value: isUp ? 1 : 0 }]);
    return true;
  };
  for (const isUp of [true, false]) {
    const timer = systemClock.every(20, () => answer(isUp));
    t.after(() => timer.stop());
    const { code, said } = await call(['run', 'NAS']);
    timer.stop();
    assert.deepEqual([code, said], isUp ? [0, 'NAS answers'] : [1, 'NAS does not answer']);
  }
  const { probes } = JSON.parse((await call(['list', '--json'])).said) as { probes: { verdict: string }[] };
  assert.equal(probes.at(-1)?.verdict, 'bad');
});
