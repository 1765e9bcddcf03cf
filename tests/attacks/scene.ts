/** The box that is attacked: real processes, an admin at a browser, and a machine whose samples must go on arriving. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import type { Hello } from '../../appliance/protocol/messages.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { JournalEntry } from '../../appliance/store/client/types.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { admitAtTheBox, tester } from '../helpers/machine.ts';
import { askOver, tokenOf } from '../helpers/web-box.ts';
import { WireAgent, type WireAgentOptions, type WireIdentity, wireIdentity } from '../helpers/wire-agent.ts';

export const admin = { name: 'Marie', password: 'four random words here' };
const tickEveryMs = 250;
const pageEveryMs = 1_000;

export type Ask = ReturnType<typeof askOver>;
/** Samples that the box has on disk, pages that it answered, and the longest that one took. */
export type Served = { ticks: number; pages: number; slowestPageMs: number };
/** What others notice of an attack; `served` throws when they were not. */
export type Others = { served(): Promise<Served>; stop(): void };

export class Scene {
  readonly box: Appliance;
  /** What web serves as the page; the folder around it belongs to the scene too. */
  readonly pageDir: string;
  /** Where web looks for the agent's packages. */
  readonly packagesDir: string;
  /** One HTTPS request to the page's server, on a connection of its own. */
  readonly ask: Ask;
  /** The certificate that the page shows. */
  readonly certificate: string;
  /** The token of the admin's session cookie. */
  readonly cookie: string;
  /** The number of the machine whose samples must go on arriving. */
  readonly bystander: number;
  readonly #agent: WireAgent;
  /** Lets machines in that know the box by its key. */
  readonly token: string;
  readonly #visitors = new Set<WireAgent>();
  readonly #props = new Map<string, { stop(): Promise<void> }>();
  #seq = 0;

  private constructor(o: OwnParts) {
    this.box = o.box;
    this.pageDir = o.pageDir;
    this.packagesDir = packagesBeside(o.pageDir);
    this.ask = o.ask;
    this.certificate = o.certificate;
    this.cookie = o.cookie;
    this.bystander = o.bystander;
    this.#agent = o.agent;
    this.token = o.token;
  }

  static async open(): Promise<Scene> {
    const pageDir = await makePage();
    const box = await Appliance.start({
      daemons: ['store', 'ingest', 'watch', 'web', 'display'],
      // Each attack waits for acknowledgements.
      flags: { store: ['--commit-interval', '200ms'] },
      assetsDir: pageDir,
      packagesDir: packagesBeside(pageDir),
    });
    try {
      const certificate = await certificateOf(box.ports.https);
      const ask = askOver(box.ports.https, { certificate });
      const code = await eventually('a code is shown', async () => (await box.web.address()).code ?? false);
      const signedIn = await ask('/api/v1/session/first', { method: 'POST', body: { code, ...admin } });
      assert.equal(signedIn.status, 204, signedIn.text);
      const agent = await WireAgent.welcomed({ port: box.ports.door }, { name: 'bystander' });
      const { machine } = await admitAtTheBox(box, 'bystander');
      agent.dictionary(['test.value']);
      const { token } = await box.ingest.createToken({ uses: 1_000, hours: 1, label: 'fleet' }, tester);
      const cookie = tokenOf(signedIn);
      const parts = { ask, certificate, cookie, bystander: machine, agent, token };
      return new Scene({ box, pageDir, ...parts });
    } catch (error) {
      await box.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.tidy();
    this.#agent.cut();
    await this.box.stop();
    await rm(dirname(this.pageDir), { recursive: true, force: true });
  }

  /** After each attack: whoever it connected is gone, and what it made is stopped. */
  async tidy(): Promise<void> {
    for (const agent of this.#visitors) agent.cut();
    this.#visitors.clear();
    const props = [...this.#props.values()].reverse();
    this.#props.clear();
    for (const prop of props) await prop.stop();
  }

  /** Made once for the control and the attack, stopped after both. */
  async prop<T extends { stop(): Promise<void> }>(what: string, make: () => Promise<T>): Promise<T> {
    const known = this.#props.get(what) as T | undefined;
    const prop = known ?? (await make());
    this.#props.set(what, prop);
    return prop;
  }

  /** Somebody at the door whom nobody admitted, and who has heard an answer to hello. */
  async stranger(hello: Partial<Hello> = {}, o: Partial<WireAgentOptions> = {}): Promise<WireAgent> {
    return eventually('the gate has a place', async () => {
      const agent = await WireAgent.greet({ port: this.box.ports.door, ...o }, hello);
      // Closed without a word: there were too many handshakes in this second.
      if (agent.closed && agent.heard.length === 0) return undefined;
      this.#visitors.add(agent);
      return agent;
    });
  }

  /** Another machine that was let in, by a token because digits are drawn six times a minute: its key, connection, number. */
  async admitted(name: string, identity: WireIdentity = wireIdentity(), o: Partial<WireAgentOptions> = {}) {
    const agent = await this.stranger({ name, token: this.token }, { ...o, identity });
    const machine = agent.welcome?.machine;
    if (machine === undefined)
      throw new Error(`${name} was not let in: ${JSON.stringify(agent.heard.at(-1))}`);
    return { agent, identity, machine };
  }

  /** A machine says something four times a second, and the admin's page asks every second; each must be answered, also at the end. */
  watchOthers(): Others {
    const first = this.#seq;
    const pages: Promise<number>[] = [];
    const tick = () => this.#agent.tick(this.#seq, [this.#seq++], 1_000 + this.#seq * tickEveryMs);
    const look = () => pages.push(this.#page());
    tick();
    look();
    const timers = [setInterval(tick, tickEveryMs), setInterval(look, pageEveryMs)];
    return {
      served: async () => {
        tick();
        look();
        const upTo = this.#seq;
        await eventually('the bystander is acknowledged', () => {
          const acked = this.#agent.acked();
          for (let seq = first; seq < upTo; seq++) if (!acked.has(seq)) return false;
          return true;
        });
        const took = await Promise.all(pages);
        assert.ok(!took.includes(Number.NaN), 'the admin at the page was not served');
        return { ticks: upTo - first, pages: took.length, slowestPageMs: Math.round(Math.max(...took)) };
      },
      stop: () => {
        for (const timer of timers) clearInterval(timer);
      },
    };
  }

  /** How long the machines took, in ms; NaN: they did not come. It never rejects, since nobody may wait for it any more. */
  async #page(): Promise<number> {
    const startedMs = performance.now();
    try {
      const { status } = await this.ask('/api/v1/machines', { cookie: this.cookie });
      return status === 200 ? performance.now() - startedMs : Number.NaN;
    } catch (error) {
      this.trouble.push(messageOf(error));
      return Number.NaN;
    }
  }

  /** What the bystanders' requests met instead of an answer. */
  readonly trouble: string[] = [];

  async lastEntry(): Promise<number> {
    return (await this.box.store.journal({ limit: 1 }))[0]?.id ?? 0;
  }

  /** The newest entry of this kind, younger than the one with this number. */
  async entry(kind: string, after: number): Promise<JournalEntry> {
    return eventually(
      `the journal has ${kind}`,
      async () => (await this.box.store.journal({ kind, limit: 1 })).find(({ id }) => id > after),
      { withinMs: 20_000 },
    );
  }

  async journalHas(kinds: readonly string[], after: number): Promise<void> {
    for (const kind of kinds) await this.entry(kind, after);
  }
}

type Seen = Pick<Scene, 'box' | 'pageDir' | 'ask' | 'certificate' | 'cookie' | 'bystander'>;
const packagesBeside = (pageDir: string): string => join(dirname(pageDir), 'packages');

type OwnParts = Seen & { agent: WireAgent; token: string };

/** Enough of a page for its server; attacks that need the real one open it in a browser. */
async function makePage(): Promise<string> {
  const pageDir = join(await mkdtemp(join(tmpdir(), 'nm-page-')), 'page');
  await mkdir(pageDir);
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>the index of the page</title>');
  return pageDir;
}

/** The certificate that the page shows, as somebody compares it with the screen of the box. */
function certificateOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).toString());
      socket.destroy();
    });
  });
}
