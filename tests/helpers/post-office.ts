/** An outbox over a store in RAM, with time that a test moves and real servers at its other end. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { Delivery, NewChannel } from '../../appliance/watch/client/channels.ts';
import type { Occasion } from '../../appliance/watch/client/types.ts';
import { occasionKey } from '../../appliance/watch/incidents/records.ts';
import { Channels } from '../../appliance/watch/outbox/channels.ts';
import { Outbox } from '../../appliance/watch/outbox/outbox.ts';
import { Secrets } from '../../appliance/watch/outbox/secrets.ts';
import { FakeClock } from './clock.ts';
import { temporaryFolder } from './folder.ts';
import { anne } from './incident-parts.ts';
import type { MailServer } from './mail-server.ts';
import { ReachInRam } from './notices.ts';
import { WatchStoreInRam } from './watch-store.ts';

export class PostOffice {
  readonly clock: FakeClock;
  readonly store: WatchStoreInRam;
  readonly #log = createLog({ name: 'watch', level: 'error', write: () => undefined });
  readonly #stateDir: string;
  channels!: Channels;
  outbox!: Outbox;
  readonly reach = new ReachInRam();
  trusted = true;
  /** How long servers are waited for; short only where one hangs, since this one is real time. */
  timeoutMs = 10_000;
  #revision = 0;

  constructor(o: { stateDir: string; startMs?: number }) {
    this.#stateDir = o.stateDir;
    this.clock = new FakeClock(o.startMs);
    this.store = new WatchStoreInRam({ anchorMs: this.clock.wallMs(), wallMs: () => this.clock.wallMs() });
  }

  /** The process begins, or begins again: what was only in RAM is gone. */
  async begin(): Promise<this> {
    const store = this.store.client();
    const secrets = new Secrets({ stateDir: this.#stateDir, log: this.#log });
    const o = { store, secrets, reach: this.reach, onChange: (id: string) => this.outbox.channelChanged(id) };
    this.channels = new Channels(o);
    await this.channels.load();
    const office = this;
    this.outbox = new Outbox({
      get pace() {
        return { timeoutMs: office.timeoutMs };
      },
      ...{ store, channels: this.channels, clock: this.clock, log: this.#log, reach: this.reach },
      now: () => ({ wallMs: this.clock.wallMs(), trusted: this.trusted }),
    });
    this.outbox.start();
    return this;
  }

  /** What the desk does in the write of a transition. */
  tell(incident: number, more: Partial<Occasion> = {}): void {
    const text = { en: `trouble ${incident}`, fr: `ennui ${incident}` };
    const occasion: Occasion = {
      ...{ incident, kind: 'opened', severity: 'high', machine: 1, groups: [], text },
      ...{ atMs: this.clock.wallMs(), ...more },
    };
    const key = occasionKey(occasion, this.#revision++);
    this.store.records.set(`watch.occasions ${key}`, JSON.stringify(occasion));
    this.outbox.wake();
  }

  /** Time passes step by step, and what is under way ends. */
  async pass(ms: number, stepMs = 5_000): Promise<void> {
    await this.outbox.settled();
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.clock.advance(Math.min(stepMs, ms - passed));
      await this.outbox.settled();
    }
  }

  /** Time passes until something is so, also while nothing ends because the store is away. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 500; tries++) {
      if (await isSo()) return;
      await this.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`never: ${what}`);
  }

  deliveries(): Promise<Delivery[]> {
    return this.outbox.shelf.list(1_000);
  }

  async channel(channel: Partial<NewChannel> & Pick<NewChannel, 'kind' | 'options'>): Promise<string> {
    const { id } = await this.channels.create(
      {
        ...{ name: channel.kind, enabled: true, language: 'en', zone: 'UTC', digestAt: null },
        ...{ takes: { least: 'low', groups: [] }, ...channel },
      },
      anne,
    );
    return id;
  }

  mail(server: MailServer, more: Partial<NewChannel> = {}): Promise<string> {
    const options = {
      ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
      ...{ from: 'box@school.example', to: ['anne@school.example'], username: 'box' },
    };
    return this.channel({ kind: 'mail', options, secrets: { password: 'correct' }, ...more });
  }
}

export async function officeFor(t: TestContext): Promise<PostOffice> {
  const stateDir = join(temporaryFolder(t), 'watch');
  mkdirSync(stateDir, { mode: 0o700 });
  const office = await new PostOffice({ stateDir }).begin();
  t.after(() => office.outbox.stop());
  return office;
}

/** What it was told, and a title that it refuses. */
export async function ntfyServer(t: TestContext): Promise<{
  url: string;
  said: { title: string; message: string }[];
  refuses(what: RegExp | null): void;
}> {
  const said: { title: string; message: string }[] = [];
  let refused: RegExp | null = null;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const one = JSON.parse(body);
      if (refused?.test(one.title)) response.writeHead(500);
      else said.push(one);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    said,
    refuses(what) {
      refused = what;
    },
  };
}

/** `trouble 7` of each mail that arrived, and whether it was the same mail before. */
export function toldBy(server: MailServer): { id: string; told: number[] }[] {
  return server.arrived.map(({ raw }) => ({
    id: /^Message-ID: <(.*)>\r$/m.exec(raw)?.[1] ?? '',
    told: [
      ...new Set(
        [...raw.slice(raw.indexOf('\r\n\r\n')).matchAll(/trouble (\d+)/g)].map(([, one]) => Number(one)),
      ),
    ],
  }));
}
