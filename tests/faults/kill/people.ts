/** An admin who works without pause: sessions and API tokens that were answered have to be there, and what was ended stays so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { askOver, tokenOf } from '../../helpers/web-box.ts';
import type { Box } from './box.ts';
import type { Tally } from './tally.ts';

const admin = { name: 'Marie', password: 'four random words here' };
const everyMs = 120;
const [ok, noContent] = [200, 204];
/** A person may have eight sessions; the oldest ends with the ninth. */
const signInEvery = 40;
const mostSessions = 6;
const mostKept = 20;

export class People {
  readonly #box: Box;
  #ask: ReturnType<typeof askOver> | null = null;
  readonly #sessions: string[] = [];
  readonly #kept = new Map<string, string>();
  readonly #ended = new Set<string>();
  /** Asked to end, without an answer. */
  readonly #uncertain = new Set<string>();
  #turn = 0;
  answered = 0;

  constructor(box: Box) {
    this.#box = box;
  }

  async prepare(): Promise<void> {
    this.#ask = askOver(this.#box.ports.https, { certificate: await certificateAt(this.#box.ports.https) });
    const { code } = await this.#box.clients.web.address();
    const first = await this.#ask('/api/v1/session/first', { method: 'POST', body: { code, ...admin } });
    if (first.status !== noContent) throw new Error(`the first sign-in was answered ${first.text}`);
    this.#sessions.push(tokenOf(first));
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(everyMs);
      try {
        const turn = this.#turn++;
        if (this.#kept.size >= mostKept) await this.#end();
        else if (turn % signInEvery === signInEvery - 1 && this.#sessions.length < mostSessions)
          await this.#signIn();
        else await this.#make(`token ${turn}`);
      } catch (error) {
        // The connection broke off: whatever was asked for may have been done.
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  async check(tally: Tally): Promise<void> {
    for (const cookie of this.#sessions) {
      const { json } = await this.#asked('/api/v1/session', { cookie });
      tally.compared++;
      if ((json as { state: string }).state === 'signed-in') continue;
      tally.lost++;
      tally.note(`a session is lost: ${JSON.stringify(json)}`);
    }
    // Work goes on meanwhile: what was answered before this was asked has to be in the answer.
    const [kept, ended] = [[...this.#kept], new Set(this.#ended)];
    const { json } = await this.#asked('/api/v1/api-tokens', { cookie: this.#sessions[0]! });
    const found = (json as { tokens: { id: string; name: string }[] }).tokens;
    const names = new Set(found.map(({ name }) => name));
    if (names.size !== found.length) tally.doubled++;
    for (const [id, name] of kept) {
      if (this.#uncertain.has(id)) continue;
      tally.compared++;
      if (found.some((one) => one.id === id && one.name === name)) continue;
      tally.lost++;
      tally.note(`API token ${name} is lost`);
    }
    for (const { id, name } of found) {
      if (!ended.has(id)) continue;
      tally.wrong++;
      tally.note(`API token ${name} was ended and is back`);
    }
  }

  async #make(name: string): Promise<void> {
    const body = { name, role: 'viewer', scopes: ['read'], days: null };
    const made = await this.#asked('/api/v1/api-tokens', {
      method: 'POST',
      cookie: this.#sessions[0]!,
      body,
    });
    if (made.status !== ok) return;
    this.#kept.set((made.json as { token: { id: string } }).token.id, name);
    this.answered++;
  }

  async #end(): Promise<void> {
    // Also what was made without an answer.
    const { json } = await this.#asked('/api/v1/api-tokens', { cookie: this.#sessions[0]! });
    for (const { id } of (json as { tokens: { id: string }[] }).tokens.slice(mostKept / 2)) {
      this.#uncertain.add(id);
      const path = `/api/v1/api-tokens/${id}`;
      const { status } = await this.#asked(path, { method: 'DELETE', cookie: this.#sessions[0]! });
      if (status === noContent) this.#ended.add(id);
      if (status === noContent) this.#kept.delete(id);
      this.answered++;
    }
  }

  async #signIn(): Promise<void> {
    const answer = await this.#asked('/api/v1/session', { method: 'POST', body: admin });
    if (answer.status !== noContent) return;
    this.#sessions.push(tokenOf(answer));
    this.answered++;
  }

  #asked(...[path, asked]: Parameters<ReturnType<typeof askOver>>) {
    if (this.#ask === null) throw new Error('nobody has signed in yet');
    return this.#ask(path, asked);
  }
}

async function certificateAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const certificate = socket.getPeerX509Certificate()?.toString() ?? '';
  socket.destroy();
  return certificate;
}
