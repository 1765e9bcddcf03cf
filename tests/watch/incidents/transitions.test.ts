// Every phase with every event, as it should be, written down a second time; and each of them done for real.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phaseOf } from '../../../appliance/watch/incidents/incidents.ts';
import {
  type Event,
  events,
  type Phase,
  phases,
  transitions,
} from '../../../appliance/watch/incidents/transitions.table.ts';
import { anne, IncidentBench } from '../../helpers/incident-parts.ts';

/** Phase it comes to; what stands in the journal; who is told. */
const expected: Record<Phase, Record<Event, string>> = {
  none: {
    bad: 'untold opened',
    good: 'none',
    unknown: 'none',
    acknowledge: 'none',
    release: 'none',
    free: 'none',
    due: 'none',
    gone: 'none',
  },
  untold: {
    bad: 'untold',
    good: 'none resolved',
    unknown: 'untold',
    acknowledge: 'acknowledged-untold acknowledged',
    release: 'untold',
    free: 'told tells opened',
    due: 'untold',
    gone: 'none closed',
  },
  told: {
    bad: 'told',
    good: 'none resolved tells recovered',
    unknown: 'told',
    acknowledge: 'acknowledged-told acknowledged',
    release: 'told',
    free: 'told',
    due: 'told tells repeated',
    gone: 'none closed',
  },
  'acknowledged-untold': {
    bad: 'acknowledged-untold',
    good: 'none resolved',
    unknown: 'acknowledged-untold',
    acknowledge: 'acknowledged-untold acknowledged',
    release: 'untold released',
    free: 'acknowledged-untold',
    due: 'acknowledged-untold',
    gone: 'none closed',
  },
  'acknowledged-told': {
    bad: 'acknowledged-told',
    good: 'none resolved tells recovered',
    unknown: 'acknowledged-told',
    acknowledge: 'acknowledged-told acknowledged',
    release: 'told released',
    free: 'acknowledged-told',
    due: 'acknowledged-told',
    gone: 'none closed',
  },
};

const dayMs = 86_400_000;

/** An incident in that phase, and nothing written of how it came there. */
function benchIn(phase: Phase): IncidentBench {
  const bench = new IncidentBench({ rules: { vanished: { repeatMs: 60_000, cooldownMs: 0 } } });
  if (phase !== 'none') {
    if (phase.endsWith('untold')) bench.schedule('maintenance', ['all'], dayMs);
    bench.judge('bad');
    if (phase.startsWith('acknowledged')) bench.incidents.acknowledge(1, { note: '', untilMs: null }, anne);
  }
  assert.equal(phaseOf(bench.incidents.get(1)), phase);
  bench.entries = [];
  return bench;
}

const happen: Record<Event, (bench: IncidentBench) => void> = {
  bad: (bench) => bench.judge('bad'),
  good: (bench) => bench.judge('good'),
  unknown: (bench) => bench.judge('unknown'),
  acknowledge: (bench) => void bench.incidents.acknowledge(1, { note: 'yes', untilMs: null }, anne),
  release: (bench) => void bench.incidents.release(1, anne),
  free(bench) {
    bench.schedules.use([]);
    bench.incidents.settle();
  },
  due: (bench) => bench.pass(60_000),
  gone: (bench) => bench.incidents.close('vanished', 1, '', 'gone'),
};

for (const phase of phases)
  for (const event of events)
    test(`${phase}, ${event}: ${expected[phase][event]}`, () => {
      const { to, does } = transitions[phase][event];
      const bench = benchIn(phase);
      if (event === 'bad' && phase === 'none') bench.schedule('maintenance', ['all'], dayMs);
      const isAsked = phase === 'none' && (event === 'acknowledge' || event === 'release');
      if (isAsked) assert.throws(() => happen[event](bench), { code: 'NOT_FOUND' });
      else happen[event](bench);
      const came = [
        phaseOf(bench.incidents.get(1)),
        ...bench.notes(),
        ...bench.told().map((one) => `tells ${one.split(' ')[0]}`),
      ];
      assert.equal(came.join(' '), expected[phase][event]);
      assert.equal(to, came[0]);
      assert.equal(does.filter((deed) => deed.startsWith('tell')).length, bench.told().length);
    });
