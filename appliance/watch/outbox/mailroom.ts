/** The outbox with its channels: what callers ask of it, and when it works. */
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type {
  Channel,
  ChannelKind,
  ChannelTest,
  Delivery,
  MailOffer,
  NewChannel,
} from '../client/channels.ts';
import type { Actor } from '../client/types.ts';
import type { Moment } from '../incidents/holds.ts';
import { notifiers } from '../notifiers/index.ts';
import type { MailQuestions } from '../notifiers/mail-names.ts';
import { type MailDoor, mailOffer } from '../notifiers/mail-offer.ts';
import { alone, type Reach } from '../notifiers/reach.ts';
import { Channels, type Definition } from './channels.ts';
import { Outbox } from './outbox.ts';
import type { Pace } from './pace.ts';
import { Secrets } from './secrets.ts';
import type { ShelfStore } from './shelf.ts';

export class Mailroom {
  readonly outbox: Outbox;
  readonly #channels: Channels;
  readonly #log: Log;
  readonly #offers: Pick<Parameters<typeof mailOffer>[0], 'clock' | 'reach' | 'doors' | 'questions'>;
  #isLooking = false;

  constructor(o: {
    store: ShelfStore;
    stateDir: string;
    clock: Clock;
    log: Log;
    now(): Moment;
    reach?: Reach;
    pace?: Partial<Pace>;
    mailDoors?: readonly MailDoor[];
    mailQuestions?: MailQuestions;
  }) {
    const secrets = new Secrets(o);
    this.#log = o.log;
    this.#offers = {
      ...{ clock: o.clock, reach: o.reach ?? alone },
      ...(o.mailDoors === undefined ? {} : { doors: o.mailDoors }),
      ...(o.mailQuestions === undefined ? {} : { questions: o.mailQuestions }),
    };
    this.#channels = new Channels({ ...o, secrets, onChange: (id) => this.outbox.channelChanged(id) });
    this.outbox = new Outbox({ ...o, channels: this.#channels });
  }

  load(): Promise<void> {
    return this.#channels.load();
  }

  /** The store is back, and may be one that was restored. */
  reload(): void {
    this.#channels.load().then(
      () => this.outbox.reload(),
      (error: unknown) => this.#log.warn('channels could not be read again', { error: messageOf(error) }),
    );
  }

  kinds(): ChannelKind[] {
    return Object.entries(notifiers).map(([kind, { about, fields }]) => ({
      ...{ kind, about },
      fields: Object.entries(fields).map(([name, field]) => ({
        ...{ name, about: field.about, isSecret: field.isSecret === true, type: field.type ?? 'text' },
        ...{ choices: field.choices ?? [], isOptional: field.isOptional === true, hint: field.hint ?? null },
      })),
    }));
  }

  definitions(): readonly Definition[] {
    return this.#channels.list();
  }

  list(): Channel[] {
    return this.#channels.list().map((one) => this.#shown(one));
  }

  async create(channel: NewChannel, by: Actor): Promise<Channel> {
    return this.#shown(await this.#channels.create(channel, by));
  }

  async change(id: string, channel: NewChannel, by: Actor): Promise<Channel> {
    return this.#shown(await this.#channels.change(id, channel, by));
  }

  remove(id: string, by: Actor): Promise<void> {
    return this.#channels.remove(id, by);
  }

  test(id: string): Promise<ChannelTest> {
    return this.outbox.test(this.#channels.named(id));
  }

  /** One at a time: it knocks at doors that nobody asked us to. */
  async mailOffer(host: string): Promise<MailOffer> {
    if (this.#isLooking)
      throw new Failure('TOO_MANY', {
        en: 'a mail server is being looked at already: try again in a moment',
        fr: 'un serveur de courriel est déjà interrogé : réessayez dans un instant',
      });
    this.#isLooking = true;
    try {
      return await mailOffer({ host, ...this.#offers });
    } finally {
      this.#isLooking = false;
    }
  }

  deliveries(limit: number): Promise<Delivery[]> {
    return this.outbox.shelf.list(limit);
  }

  #shown(definition: Definition): Channel {
    const { id } = definition;
    return { ...definition, secrets: this.#channels.secretsOf(definition), status: this.outbox.status(id) };
  }
}
