/** Asks for every route of the REST interface with every role, every kind of token, and with none. */
import assert from 'node:assert/strict';
import { access, reaches, roles, type Scope } from '../../../appliance/web/access.table.ts';
import { cookieName } from '../../../appliance/web/cookie.ts';
import type { Attack } from '../attack.ts';
import type { Ask, Scene } from '../scene.ts';
import { counting, invite, makeToken, removePerson, visiting } from './visitor.ts';

type Asker = { name: string; headers: Record<string, string>; may(route: string): boolean };

const routes = Object.keys(access);
const needs = (route: string) => access[route] ?? 'anybody';

/** A body that is no JSON, a number that is none: who is let in is refused a moment later, without effect. */
async function statusOf(ask: Ask, route: string, headers: Record<string, string>): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  const asked = `/api/v1${path.replace(/:\w+/g, 'x')}${path === '/live' ? '?machine=x' : ''}`;
  const { status } = await ask(asked, { method, headers, ...(method === 'GET' ? {} : { raw: '{' }) });
  return status;
}

/** Signing out would end the very session that asks. */
const harmless = (route: string): boolean =>
  route !== 'DELETE /session' && route !== 'DELETE /account/sessions';

async function peopleAndTokens(scene: Scene): Promise<{ askers: Asker[]; leave(): Promise<void> }> {
  const askers: Asker[] = [
    { name: 'nobody', headers: {}, may: (route) => needs(route) === 'anybody' },
    { name: 'a forged cookie', headers: cookie('A'.repeat(43)), may: (route) => needs(route) === 'anybody' },
  ];
  const ids: string[] = [];
  for (const role of roles.filter((one) => one !== 'admin')) {
    const { id, join } = await invite(scene, `One ${role}`, role);
    const person = await visiting(scene, '127.4.6.1', ({ ask }) => join(ask));
    ids.push(id);
    const may = (route: string) => {
      const least = needs(route);
      return least === 'anybody' || reaches(role, least.role);
    };
    askers.push({ name: role, headers: cookie(person.cookie), may });
  }
  const tokens: readonly (readonly [(typeof roles)[number], Scope])[] = [
    ['viewer', 'read'],
    ['operator', 'change'],
    ['admin', 'read'],
    ['admin', 'change'],
  ];
  const made: string[] = [];
  for (const [role, scope] of tokens) {
    const { id, headers } = await makeToken(scene, role, [scope]);
    made.push(id);
    const may = (route: string) => {
      const least = needs(route);
      return least === 'anybody' || (least.scope === scope && reaches(role, least.role));
    };
    askers.push({ name: `token of ${role} for ${scope}`, headers, may });
  }
  const leave = async () => {
    for (const id of ids) await removePerson(scene, id);
    for (const id of made)
      await scene.ask(`/api/v1/api-tokens/${id}`, { method: 'DELETE', cookie: scene.cookie });
  };
  return { askers, leave };
}

const cookie = (token: string) => ({ cookie: `${cookieName}=${token}` });

export const beyondRole: Attack = {
  threat: 15,
  about: 'every route of the REST interface with every role and kind of token, and with none',
  by: 'A1',
  guard: { file: 'appliance/web/access.ts', name: "Refusal('FORBIDDEN', 'roleMissing'" },
  heavy: true,
  journal: ['request.forbidden'],
  async control(scene) {
    await visiting(scene, '127.4.6.2', async ({ ask }) => {
      for (const route of routes.filter(harmless)) {
        const status = await statusOf(ask, route, cookie(scene.cookie));
        assert.ok(status !== 401 && status !== 403, `the admin was answered ${status} to ${route}`);
      }
    });
  },
  async attack(scene) {
    const { askers, leave } = await peopleAndTokens(scene);
    let refused = 0;
    const counted = await counting(scene, 'answers_403', () =>
      visiting(scene, '127.4.6.3', async ({ ask }) => {
        for (const asker of askers)
          for (const route of routes.filter(harmless)) {
            const status = await statusOf(ask, route, asker.headers);
            const stopped = status === 401 || status === 403;
            assert.equal(stopped, !asker.may(route), `${asker.name}: ${route} was answered ${status}`);
            if (stopped) refused++;
          }
      }),
    );
    assert.ok(counted > 0);
    await leave();
    return `${refused} of ${askers.length * routes.filter(harmless).length} questions refused, as the table says`;
  },
};
