/** People and programs of a box under test: invited, signed in, given a token. */
import type { Role, Scope } from '../../appliance/web/access.table.ts';
import { tokenOf, type WebBox } from './web-box.ts';

export const passwordOf = (name: string): string => `${name} likes long walks`;

/** The cookie of somebody whom the admin invited and who followed. */
export async function addPerson(box: WebBox, admin: string, name: string, role: Role): Promise<string> {
  const made = await box.ask('/api/v1/people', { method: 'POST', cookie: admin, body: { name, role } });
  const { code } = made.json as { code: string };
  const body = { code, name, password: passwordOf(name) };
  return tokenOf(await box.ask('/api/v1/session/invitation', { method: 'POST', body }));
}

export async function makeToken(
  box: WebBox,
  admin: string,
  o: { name?: string; role: Role; scopes: Scope[]; days?: number },
): Promise<{ secret: string; id: string }> {
  const body = { name: 'script', days: null, ...o };
  const made = await box.ask('/api/v1/api-tokens', { method: 'POST', cookie: admin, body });
  if (made.status !== 200) throw new Error(`making a token was answered ${made.status}: ${made.text}`);
  const { secret, token } = made.json as { secret: string; token: { id: string } };
  return { secret, id: token.id };
}

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

export async function personId(box: WebBox, admin: string, name: string): Promise<string> {
  const { people } = (await box.ask('/api/v1/people', { cookie: admin })).json as {
    people: { id: string; name: string }[];
  };
  return people.find((one) => one.name === name)?.id ?? '';
}
