// Random histories of things that break and are mended, told by the real watch, against what somebody who knows would say.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { CausedWatch, type Place } from '../helpers/caused-watch.ts';
import { anne } from '../helpers/incident-parts.ts';

const minute = 60_000;
const anyPlace = ['gateway', 'internet', 'cable', 'switch-a', 'switch-b'] as const;
const anyDevice = ['device-printer-1', 'device-site-1', 'device-pc-3'] as const;

type Episode = {
  place: (typeof anyPlace)[number];
  minutes: number;
  /** Broken long before it, and mended long after. */
  device: (typeof anyDevice)[number] | null;
};

const names = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => `${prefix}-${from + nth}`);
const near = [...names('pc', 2, 4), ...names('printer', 1, 2)];
const behindA = [...names('pc', 11, 13), ...names('camera', 1, 2)];
const behindB = names('pc', 14, 17);
const far = names('site', 1, 3);

/** What anybody would say who knows what broke: the beginning of the sentence, and whom it took along. */
const truth: Record<Episode['place'], { says: string; takes: readonly string[] }> = {
  gateway: { says: 'The gateway (router) of this network', takes: far },
  internet: { says: 'The internet connection', takes: far },
  cable: { says: 'The box is cut off', takes: [...near, ...behindA, ...behindB, ...far, 'switch-1'] },
  'switch-a': { says: 'switch-1 does not answer', takes: behindA },
  'switch-b': { says: '4 machines vanished within a minute', takes: behindB },
};
const ofDevice: Record<(typeof anyDevice)[number], string> = {
  'device-printer-1': 'printer-1 does not answer',
  'device-site-1': 'site-1 does not answer',
  'device-pc-3': 'pc-3: Vanished',
};

async function network(t: TestContext): Promise<CausedWatch> {
  const watch = await CausedWatch.start(t);
  const all: Place[] = ['cable'];
  watch.machines(2, 4, all);
  watch.machines(11, 13, ['switch-a', ...all]);
  watch.machines(14, 17, ['switch-b', ...all]);
  const host = (nth: number) => `192.168.1.${100 + nth}`;
  watch.devices(2, { prefix: 'printer', host, through: all });
  const [parent = ''] = watch.devices(1, {
    prefix: 'switch',
    host: () => '192.168.1.250',
    through: ['switch-a', ...all],
  });
  watch.devices(2, {
    prefix: 'camera',
    host: (nth) => `192.168.1.${200 + nth}`,
    through: ['switch-a', ...all],
    parent,
  });
  watch.devices(3, {
    prefix: 'site',
    host: (nth) => `203.0.113.${nth + 1}`,
    through: ['internet', 'gateway', ...all],
  });
  // What comes and goes so often is another matter.
  for (const rule of ['flapping', 'probe-flapping'])
    await watch.duty.library.changeRule(rule, 'all', { enabled: false }, anne);
  await watch.group({ id: 'room', name: 'Room', machines: [11, 12, 13], parent });
  await watch.pass(2 * minute);
  return watch;
}

const episode: fc.Arbitrary<Episode> = fc.record({
  place: fc.constantFrom(...anyPlace),
  minutes: fc.integer({ min: 3, max: 8 }),
  device: fc.option(fc.constantFrom(...anyDevice), { freq: 2 }),
});

test('each trouble is one message and one recovery that names whom it took along, whatever else is broken', async (t) => {
  const history = fc.tuple(fc.array(episode, { minLength: 1, maxLength: 2 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(history, async ([episodes, restarts]) => {
      const watch = await network(t);
      const expected: string[] = [];
      const tookAlong: string[][] = [];
      for (const { place, minutes, device } of episodes) {
        const own = device === null ? null : ofDevice[device];
        if (device !== null) {
          watch.break(device);
          await watch.pass(5 * minute);
        }
        const { says, takes } = truth[place];
        const wasBroken = own?.split(/[ :]/)[0];
        watch.break(place);
        await watch.pass(minutes * minute);
        if (restarts) await watch.restart();
        watch.mend(place);
        await watch.pass(5 * minute);
        if (device !== null) watch.mend(device);
        // The same trouble within a quarter of an hour is not told again.
        await watch.pass(16 * minute);
        if (own !== null) expected.push(`opened ${own}`, `recovered ${own}`);
        expected.push(`opened ${says}`, `recovered ${says}`);
        tookAlong.push(takes.filter((name) => name !== wasBroken));
      }
      const told = watch.told().map((one) => one.replace(/Over after [^:]*: /, ''));
      const unexpected = told.filter((one) => !expected.some((wanted) => one.startsWith(wanted)));
      assert.deepEqual(unexpected, []);
      assert.equal(told.length, expected.length, told.join('\n'));
      const back = watch
        .more()
        .flatMap((one) => /^\d+ (?:is|are) back: (.*)\.$/.exec(one)?.[1]?.split(', ') ?? []);
      assert.deepEqual(back.sort(), tookAlong.flat().sort());
      assert.deepEqual(watch.open(), []);
    }),
    { numRuns: 7, endOnFailure: true },
  );
});

test('whatever breaks and is mended in whatever order: when all is well again, nothing is open, and no end is told of what was not', async (t) => {
  const all = [...anyPlace, ...anyDevice];
  const step = fc.tuple(fc.constantFrom(...all), fc.boolean(), fc.integer({ min: 1, max: 30 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const watch = await network(t);
      for (const [place, breaks, turns] of steps) {
        if (breaks) watch.break(place);
        else watch.mend(place);
        await watch.pass(turns * 10_000);
      }
      watch.mend(...all);
      await watch.pass(6 * minute);
      assert.deepEqual(watch.open(), []);
      const open = new Set<number>();
      for (const { incident, kind } of watch.occasions()) {
        if (kind === 'recovered') assert.ok(open.delete(incident), `the end of ${incident}`);
        else assert.equal(kind === 'opened', !open.has(incident));
        if (kind === 'opened') open.add(incident);
      }
      assert.deepEqual([...open], []);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
