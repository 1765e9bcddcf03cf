import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceSource } from '../../agent/collectors/services/source.ts';
import { servicesElsewhere } from '../../agent/elsewhere/services.ts';
import { listOf, ServicesKeeper } from '../../agent/services.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import { encodeMessage, parseMessage } from '../../appliance/protocol/messages.ts';
import type { Service } from '../../appliance/protocol/services.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

class Source implements ServiceSource {
  readonly everyMs = 300_000;
  looks = 0;
  stirs = false;
  services: Service[] | undefined = [{ name: 'ssh', state: 'running' }];
  closed = false;
  stirred = () => this.stirs;
  close = () => {
    this.closed = true;
  };
  async look(): Promise<Service[]> {
    this.looks += 1;
    if (this.services === undefined) throw new Error('the bus is away');
    return this.services;
  }
}

const nothingOfNode = {
  cpus: () => [],
  loadavg: () => [],
  uptime: () => 0,
  networkInterfaces: () => ({}),
};

function aKeeper(source: Source | undefined) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const keeper = new ServicesKeeper({ source: async () => source, clock, log });
  const cycles = async (count: number) => {
    for (let at = 0; at < count; at++) {
      await clock.advance(5_000);
      keeper.tend();
    }
    await clock.advance(0);
  };
  return { keeper, cycles, lines };
}

test('it is looked at once, then when something stirs, and every five minutes', async () => {
  const source = new Source();
  const { keeper, cycles } = aKeeper(source);
  await cycles(1);
  assert.equal(source.looks, 0, 'the first samples come first');
  await cycles(11);
  assert.equal(source.looks, 1);
  const first = keeper.current();
  assert.deepEqual(first, { services: [{ name: 'ssh', state: 'running' }] });
  await cycles(60);
  assert.equal(source.looks, 2);
  assert.equal(keeper.current(), first, 'the same object says that nothing has changed');
  source.services = [{ name: 'ssh', state: 'failed' }];
  source.stirs = true;
  await cycles(3);
  assert.equal(keeper.current()?.services[0]?.state, 'failed');
  keeper.close();
  assert.equal(source.closed, true);
});

test('a service that comes and goes for ever is asked about more and more seldom', async () => {
  const source = new Source();
  const { cycles } = aKeeper(source);
  source.stirs = true;
  await cycles(12);
  const before = source.looks;
  for (let at = 0; at < 120; at++) {
    source.services = [{ name: 'ssh', state: at % 2 === 0 ? 'running' : 'failed' }];
    await cycles(1);
  }
  assert.ok(source.looks - before <= 9, `${source.looks - before} looks in ten minutes`);
});

test('where nothing starts services nobody asks again; what fails is asked later and logged once', async () => {
  const nowhere = aKeeper(undefined);
  await nowhere.cycles(10);
  assert.equal(nowhere.keeper.current(), undefined);
  const source = new Source();
  source.services = undefined;
  const failing = aKeeper(source);
  await failing.cycles(60);
  assert.ok(source.looks >= 2 && source.looks <= 4, `${source.looks} looks in five minutes`);
  assert.equal(failing.lines.filter((line) => line.includes('services cannot be told')).length, 1);
});

test('the worst stands first, nothing unspeakable is told, and the largest list fits into a message', () => {
  const found: Service[] = [
    { name: 'b', state: 'running' },
    { name: 'a', label: 'A\u202egnp', state: 'running' },
    { name: '\u2066', state: 'failed' },
    { name: 'z\n', label: '\u0007', state: 'failed' },
  ];
  assert.deepEqual(listOf(found).services, [
    { name: 'z', state: 'failed' },
    { name: 'a', label: 'Agnp', state: 'running' },
    { name: 'b', state: 'running' },
  ]);
  const many = Array.from(
    { length: 1_000 },
    (_, at): Service => ({ name: `${at}`.padStart(300, 'é'), label: '語'.repeat(300), state: 'running' }),
  );
  many.push({ name: 'last', state: 'failed' });
  const list = listOf(many);
  assert.deepEqual([list.services.length, list.left], [limits.servicesPerMachine, 601]);
  assert.equal(list.services[0]?.name, 'last');
  const frame = encodeMessage('services', list);
  assert.ok(frame.length < limits.frameBytes);
  assert.deepEqual(parseMessage({ type: frame[4]!, body: frame.subarray(5) })?.body, list);
});

test('a stop ends a search that takes for ever, and closes what a look that was under way has opened', async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const here = { system: 'darwin', last: () => undefined, os: nothingOfNode } as const;
  let ended = false;
  const searching = new ServicesKeeper({
    source: (signal) => servicesElsewhere(here, clock, signal).finally(() => (ended = true)),
    ...{ clock, log },
  });
  await clock.advance(20_000);
  searching.tend();
  await clock.advance(60_000);
  assert.equal(ended, false);
  searching.close();
  await clock.advance(0);
  assert.equal(ended, true);

  const source = new Source();
  const looking = Promise.withResolvers<Service[]>();
  source.look = () => looking.promise;
  const keeper = new ServicesKeeper({ source: async () => source, clock, log });
  await clock.advance(20_000);
  keeper.tend();
  await clock.advance(0);
  keeper.close();
  source.closed = false;
  looking.resolve([]);
  await clock.advance(0);
  assert.equal(source.closed, true);
  assert.deepEqual(lines, [], 'a stop is no trouble');
});
