import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Files } from '../../agent/files.ts';
import { NeighboursTold } from '../../agent/neighbours-told.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const nothing = { revision: 0, searched: undefined };

/** Somebody who looks, has as many news as the test says, and ends when it says so. */
class Looker {
  readonly done: string[] = [];
  readonly ending = Promise.withResolvers<void>();
  revision = 0;
  start(): void {
    this.done.push('start');
  }
  search(id: number): void {
    this.done.push(`search ${id}`);
  }
  async stop(): Promise<void> {
    this.done.push('stop');
    await this.ending.promise;
  }
  newsSince(revision: number) {
    return this.revision > revision ? { body: { neighbours: [] }, revision: this.revision } : undefined;
  }
}

function told(o: { endsAtOnce: boolean }) {
  const lookers: Looker[] = [];
  const neighbours = new NeighboursTold({
    ...{ isAllowed: true, proc: new Files('/nowhere'), clock: new FakeClock(), runMs: () => 0 },
    log: createLog({ name: 'agent', level: 'debug', write: () => undefined }),
    looker: async () => {
      const looker = new Looker();
      if (o.endsAtOnce) looker.ending.resolve();
      lookers.push(looker);
      return looker;
    },
  });
  return { lookers, neighbours };
}

test('a box that comes back at once is told everything anew, by nobody who looked before', async () => {
  const { lookers, neighbours } = told({ endsAtOnce: false });
  neighbours.wanted({ search: 4 });
  await turn();
  lookers[0]!.revision = 9;
  assert.equal(neighbours.newsSince(nothing)?.told.revision, 9);
  // The connection is gone and the next one stands before whoever looked has ended.
  neighbours.rest();
  neighbours.wanted({ search: 4 });
  assert.equal(neighbours.newsSince(nothing), undefined, 'not from the one before');
  await turn();
  assert.deepEqual([lookers.length, neighbours.newsSince(nothing)], [1, undefined]);
  lookers[0]!.ending.resolve();
  await turn();
  assert.deepEqual(
    lookers.map(({ done }) => done),
    [
      ['start', 'search 4', 'stop'],
      ['start', 'search 4'],
    ],
  );
  lookers[1]!.revision = 2;
  assert.equal(neighbours.newsSince(nothing)?.told.revision, 2);
});

test('however quickly boxes come and go, one looks at most, and nobody after the end', async () => {
  const { lookers, neighbours } = told({ endsAtOnce: true });
  const looking = () => lookers.filter(({ done }) => !done.includes('stop')).length;
  for (let round = 0; round < 5; round++) {
    neighbours.wanted({});
    if (round % 2 === 0) await turn();
    assert.ok(looking() <= 1);
    neighbours.rest();
  }
  neighbours.wanted({});
  await turn();
  assert.equal(looking(), 1);
  const stopping = neighbours.stop();
  neighbours.wanted({});
  await stopping;
  await turn();
  assert.equal(looking(), 0);
});
