/** Where the box was when the agent was installed from it: what is left where a router lets nothing of the others through. */
import type { Rung } from './rung.ts';
import { parseAddress } from './typed.ts';

export const installer: Rung = async function* ({ discover, seen = '' }) {
  if (discover && seen !== '') yield parseAddress(seen);
};
