/** Fills every text that a stranger or somebody with few rights can fill, and waits for the admin to look at it. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { cookieName } from '../../../appliance/web/cookie.ts';
import { buildPage } from '../../../image/page.ts';
import { chromiumMissing, launchBrowser } from '../../helpers/browser.ts';
import { eventually } from '../../helpers/eventually.ts';
import type { WireAgent } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { type Payload, payloads } from '../xss/corpus.ts';
import { madeElements, nothing, type Seen, shownOn, watchPage } from '../xss/watch.ts';
import { type Visitor, visiting } from './visitor.ts';

const seats = 60;
const perAddress = 4;
/** As long as a person's or a token's name may be. */
const nameLength = 64;

/** Both doors refuse what steers a terminal; only what is left can reach a page. */
const steers = (text: string): boolean => /[\p{C}\p{Zl}\p{Zp}]/u.test(text);
const plain = payloads.filter(({ text }) => !steers(text));

type Sight = { page: Page; seen: Seen; origin: string; shown: Map<string, Set<number>> };

async function withBrowser<T>(scene: Scene, look: (sight: Sight) => Promise<T>): Promise<T> {
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const origin = `https://localhost:${scene.box.ports.https}`;
    const flags = { httpOnly: true, secure: true, sameSite: 'Strict' as const };
    await context.addCookies([{ name: cookieName, value: scene.cookie, url: origin, ...flags }]);
    const page = await context.newPage();
    const seen = await watchPage(page, origin);
    return await look({ page, seen, origin, shown: new Map() });
  } finally {
    await browser?.close();
  }
}

/** Opens a view and waits until so many of the payloads stand on it as text. */
async function visit({ page, origin, shown }: Sight, path: string, least: number): Promise<void> {
  await page.goto(`${origin}${path}`);
  await page.locator('h1').first().waitFor();
  let here = new Set<number>();
  for (let tries = 0; here.size < least && tries < 100; tries++) {
    await page.waitForTimeout(50);
    here = await shownOn(page);
  }
  assert.ok(here.size >= least, `${path} shows ${here.size} payloads, not ${least}`);
  assert.deepEqual(await madeElements(page), [], path);
  const view = path.replace(/\d+/, 'N');
  shown.set(view, new Set([...(shown.get(view) ?? []), ...here]));
}

/** Machines that a token let in: their names, and what they say of themselves. */
async function admitAll(scene: Scene): Promise<number[]> {
  const numbers: number[] = [];
  for (const { id, text } of plain) {
    const localAddress = `127.5.0.${1 + (id % 40)}`;
    // The door takes so many handshakes a second; whoever comes too soon comes again.
    const { agent, machine } = await eventually('a machine is let in', () =>
      scene.admitted(text, undefined, { localAddress }),
    );
    const other = plain[id % plain.length]?.text ?? '';
    agent.send('facts', { os: text, kernel: other, cpuModel: text, arch: other, model: text });
    numbers.push(machine);
    agent.end();
  }
  return numbers;
}

async function waitingRoom(scene: Scene, batch: readonly Payload[]) {
  const guests: WireAgent[] = [];
  for (const [index, { id, text }] of batch.filter((one) => !steers(one.text)).entries()) {
    const localAddress = `127.6.${Math.floor(id / seats)}.${1 + Math.floor(index / perAddress)}`;
    const guest = await eventually('a machine waits', async () => {
      const one = await scene.stranger({ name: text, os: text }, { localAddress });
      return one.welcome?.state === 'waiting' && one;
    });
    guests.push(guest);
  }
  return () => {
    for (const guest of guests) guest.end();
  };
}

/** People and tokens of these names; what is too long is refused. Ends with what removes them again. */
async function namesOf({ ask }: Visitor, cookie: string, batch: readonly Payload[]) {
  const made: string[] = [];
  for (const { text } of batch) {
    const fits = text.trim().length <= nameLength && !steers(text.trim());
    const add = async (path: string, body: object, idOf: (json: never) => string) => {
      const answer = await ask(`/api/v1${path}`, { method: 'POST', cookie, body });
      assert.equal(answer.status, fits ? 200 : 400, `${path} ${text}: ${answer.text}`);
      if (fits) made.push(`${path}/${idOf(answer.json as never)}`);
    };
    await add(
      '/people',
      { name: text, role: 'viewer' },
      (json: { person: { id: string } }) => json.person.id,
    );
    const token = { name: text, role: 'viewer', scopes: ['read'], days: 1 };
    await add('/api-tokens', token, (json: { token: { id: string } }) => json.token.id);
  }
  return async () => {
    for (const path of made) await ask(`/api/v1${path}`, { method: 'DELETE', cookie });
  };
}

async function lookAtAll(scene: Scene, sight: Sight): Promise<void> {
  const machines = await admitAll(scene);
  await visit(sight, '/machines', plain.length);
  await visit(sight, '/', 0);
  for (const machine of machines.filter((_, index) => index % 25 === 0))
    await visit(sight, `/machines/${machine}`, 1);
  await visiting(scene, '127.4.26.1', async (visitor) => {
    for (let at = 0; at < payloads.length; at += seats) {
      const batch = payloads.slice(at, at + seats);
      const empty = await waitingRoom(scene, batch);
      const remove = await namesOf(visitor, scene.cookie, batch);
      await visit(sight, '/waiting', 1);
      for (const path of ['/people', '/programs', '/journal']) await visit(sight, path, 1);
      await remove();
      empty();
    }
    for (const text of payloads.slice(0, 3).map((one) => one.text))
      await visitor.ask('/api/v1/session', {
        method: 'POST',
        body: { name: text, password: admin.password },
      });
  });
  for (const path of ['/panel', '/account', '/certificate', '/about']) await visit(sight, path, 0);
  for (const machine of machines)
    await scene.box.ingest.remove(machine, { who: 'a test', role: 'admin', from: 'tests' });
}

export const storedXss: Attack = {
  threat: 14,
  about: `${payloads.length} texts that become script, as names of machines, people and tokens, seen by the admin in Chromium`,
  by: 'A1',
  guard: { file: 'appliance/web/assets/dom/h.ts', name: 'element.append(' },
  heavy: true,
  journal: ['person.invited', 'token.made', 'machine.admitted'],
  async control(scene) {
    const missing = chromiumMissing();
    assert.equal(missing, false, String(missing));
    await buildPage({ outDir: scene.pageDir, minify: true });
    await withBrowser(scene, async ({ page, origin }) => {
      await page.goto(`${origin}/machines`);
      await page.getByText('bystander').first().waitFor();
      const careless = await page.context().newPage();
      const { executed } = await watchPage(careless, 'data:');
      await careless.goto('data:text/html,<body>');
      const each = JSON.stringify(payloads.map(({ text }) => text));
      await careless.evaluate(`for (const text of ${each}) document.body.innerHTML = text`);
      await careless.waitForTimeout(200);
      assert.ok(new Set(executed).size >= 50, `${executed.length} of them run on a careless page`);
    });
  },
  attack: (scene) =>
    withBrowser(scene, async (sight) => {
      await lookAtAll(scene, sight);
      assert.deepEqual(sight.seen, nothing);
      const all = new Set([...sight.shown.values()].flatMap((one) => [...one]));
      const counts = [...sight.shown]
        .filter(([, one]) => one.size > 0)
        .map(([path, one]) => `${path} ${one.size}`);
      return `none of ${all.size} ran (${counts.join(', ')})`;
    }),
};
