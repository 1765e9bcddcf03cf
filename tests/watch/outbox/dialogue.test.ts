// Deliveries to a mail server that fails at every line of the dialogue, once at each or at random.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { PostOffice } from '../../helpers/post-office.ts';
import { officeFor } from '../../helpers/post-office.ts';
import { dialogue, type How, type Line, type Obstacle, ScriptedSmtp } from '../../helpers/scripted-smtp.ts';

const anne = 'anne@school.example';
const luc = 'luc@school.example';
/** At these a server speaks of this message alone: another try would hear the same. */
const ofMessage: readonly Line[] = ['mail', 'both', 'data', 'end'];
const hows: Readonly<Record<Line, readonly How[]>> = {
  ...{ banner: ['refuse', 'busy', 'hang', 'die'], ehlo: ['refuse', 'busy', 'hang', 'die'] },
  ...{ starttls: ['refuse', 'busy', 'hang', 'die'], auth: ['refuse', 'busy', 'hang', 'die'] },
  ...{ mail: ['refuse', 'busy', 'hang', 'die'], first: ['refuse', 'busy', 'hang', 'die'] },
  ...{ second: ['refuse', 'busy', 'hang', 'die'], both: ['refuse', 'busy'] },
  ...{ data: ['refuse', 'busy', 'hang', 'die'], body: ['hang', 'die'] },
  end: ['refuse', 'busy', 'hang', 'die', 'keep-hang', 'keep-die'],
  ...{ answered: ['hang', 'die'], quit: ['refuse', 'busy', 'hang', 'die'] },
};
const all: readonly Obstacle[] = dialogue.flatMap((at) => hows[at].map((how) => ({ at, how })));

/** How often each of the two has it in the end. */
function expectedOf({ at, how }: Obstacle): { anne: number; luc: number } {
  if (how.startsWith('keep')) return { anne: 2, luc: 2 };
  if (how !== 'refuse') return { anne: 1, luc: 1 };
  if (ofMessage.includes(at)) return { anne: 0, luc: 0 };
  return { anne: at === 'first' ? 0 : 1, luc: at === 'second' ? 0 : 1 };
}

async function schoolOffice(t: TestContext): Promise<{ office: PostOffice; server: ScriptedSmtp }> {
  const server = await ScriptedSmtp.open(t);
  const office = await officeFor(t);
  const options = {
    ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
    ...{ from: 'box@school.example', to: [anne, luc], username: 'box' },
  };
  await office.channel({ kind: 'mail', options, secrets: { password: 'correct' } });
  return { office, server };
}

const gotBy = (server: ScriptedSmtp, who: string, incident: number) =>
  server.taken.filter(({ to, text }) => to.includes(who) && text.includes(`trouble ${incident}<`));

const hangMs = 250;
const long = 10_000;

/** Until the server has met what stands in its script: this machine itself may stand still where one hangs. */
async function untilMet({ office, server }: { office: PostOffice; server: ScriptedSmtp }): Promise<void> {
  await office.outbox.settled();
  for (let tries = 0; tries < 50 && server.script.length > 0; tries++) await office.pass(15_000, 15_000);
  assert.deepEqual(server.script, []);
}

test('at every line of the dialogue a server may refuse, hang or die: nothing is lost, and doubled only what it took without a word', async (t) => {
  const place = await schoolOffice(t);
  const { office, server } = place;
  for (const [at, obstacle] of all.entries()) {
    server.script.push(obstacle);
    office.timeoutMs = obstacle.how.endsWith('hang') ? hangMs : long;
    office.tell(at + 1);
    await untilMet(place);
    office.timeoutMs = long;
    await office.pass(2 * 60_000, 30_000);
  }
  const deliveries = await office.deliveries();
  for (const [at, obstacle] of all.entries()) {
    const name = `${obstacle.how} at ${obstacle.at}`;
    const incident = at + 1;
    const [his, hers] = [gotBy(server, luc, incident), gotBy(server, anne, incident)];
    assert.deepEqual({ anne: hers.length, luc: his.length }, expectedOf(obstacle), name);
    assert.ok(
      new Set([...his, ...hers].map(({ id }) => id)).size <= 1,
      `${name}: one number, so that it can be told`,
    );
    const isLost = obstacle.how === 'refuse' && ofMessage.includes(obstacle.at);
    const [delivery] = deliveries.filter(({ items }) => items[0]?.incident === incident);
    assert.equal(delivery?.state, isLost ? 'failed' : 'sent', name);
    if (obstacle.how === 'refuse' && ['first', 'second'].includes(obstacle.at))
      assert.match(delivery?.words ?? '', /554 no (first|second) today/, 'who never gets it is said');
  }
  const said = office.store.notes.filter(({ kind }) => kind === 'delivery.failed');
  assert.equal(said.length, ofMessage.length, 'what nobody got stands in the journal');
});

test('whatever comes after what, each gets each once, and once more for each time that it was taken without a word', async (t) => {
  // What is final for a message, and what only passes when time does, is above.
  const passing = all.filter(({ how }) => how !== 'refuse' && !how.endsWith('hang'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...passing), { maxLength: 6 }),
      fc.integer({ min: 1, max: 3 }),
      async (script, count) => {
        const place = await schoolOffice(t);
        const { office, server } = place;
        server.script.push(...script);
        for (let incident = 1; incident <= count; incident++) office.tell(incident);
        await office.pass(90 * 60_000, 5 * 60_000);
        const silent = script.length - server.script.length;
        assert.ok(silent >= 0);
        const kept = script.slice(0, silent).filter(({ how }) => how === 'keep-die').length;
        for (const who of [anne, luc]) {
          const got = Array.from({ length: count }, (_, at) => gotBy(server, who, at + 1).length);
          assert.ok(
            got.every((times) => times >= 1),
            `${who}: ${got}`,
          );
          const letters = server.taken.filter(({ to }) => to.includes(who));
          const again = letters.length - new Set(letters.map(({ id }) => id)).size;
          assert.ok(again <= kept, `${who} had ${again} letters again`);
        }
        await office.outbox.stop();
      },
    ),
    { numRuns: 8 },
  );
});
