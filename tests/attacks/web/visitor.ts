/** Who attacks the page: somebody at an address of his own, the people of the box, and what web counts of them. */
import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import type { Role, Scope } from '../../../appliance/web/access.table.ts';
import { askOver, tokenOf } from '../../helpers/web-box.ts';
import { passwordOf } from '../../helpers/web-people.ts';
import type { Ask, Scene } from '../scene.ts';

export type Visitor = { ask: Ask; leave(): void };

/** Asks from one address of the loopback, on one connection that stays open. */
export function visitorAt(scene: Scene, localAddress: string): Visitor {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: askOver(scene.box.ports.https, scene, { agent, localAddress }),
    leave: () => agent.destroy(),
  };
}

/** Lets somebody ask from this address, and closes the connection whatever happens. */
export async function visiting<T>(
  scene: Scene,
  address: string,
  work: (visitor: Visitor) => Promise<T>,
): Promise<T> {
  const visitor = visitorAt(scene, address);
  try {
    return await work(visitor);
  } finally {
    visitor.leave();
  }
}

export type Joined = { id: string; name: string; password: string; cookie: string };

/** Somebody whom the admin invited; `join` sets the password and signs in. */
export async function invite(scene: Scene, name: string, role: Role) {
  const made = await scene.ask('/api/v1/people', {
    method: 'POST',
    cookie: scene.cookie,
    body: { name, role },
  });
  assert.equal(made.status, 200, made.text);
  const { person, code } = made.json as { person: { id: string }; code: string };
  const join = async (ask: Ask): Promise<Joined> => {
    const password = passwordOf(name);
    const body = { code, name, password };
    const joined = await ask('/api/v1/session/invitation', { method: 'POST', body });
    assert.equal(joined.status, 204, joined.text);
    return { id: person.id, name, password, cookie: tokenOf(joined) };
  };
  return { id: person.id, code, join };
}

export async function removePerson(scene: Scene, id: string): Promise<void> {
  await scene.ask(`/api/v1/people/${id}`, { method: 'DELETE', cookie: scene.cookie });
}

export async function makeToken(scene: Scene, role: Role, scopes: readonly Scope[]) {
  const body = { name: `${role} for ${scopes.join(' and ')}`, role, scopes, days: 1 };
  const made = await scene.ask('/api/v1/api-tokens', { method: 'POST', cookie: scene.cookie, body });
  assert.equal(made.status, 200, made.text);
  const { secret, token } = made.json as { secret: string; token: { id: string } };
  return { id: token.id, headers: { authorization: `Bearer ${secret}` }, secret };
}

/** How much one of web's counters grows meanwhile. */
export async function counting(scene: Scene, name: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await scene.box.web.counters())[name] ?? 0;
  await work();
  return ((await scene.box.web.counters())[name] ?? 0) - before;
}

/** What comes back for these very bytes, until the server hangs up or says nothing more for a while. */
export function sendRaw(scene: Scene, localAddress: string, bytes: string, quietMs = 1_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const at = { host: '127.0.0.1', port: scene.box.ports.https, localAddress };
    const socket = connect({ ...at, ca: scene.certificate, servername: 'localhost' });
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(quietMs, end);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? end() : reject(error),
    );
    socket.on('secureConnect', () => socket.write(bytes, 'latin1'));
  });
}
