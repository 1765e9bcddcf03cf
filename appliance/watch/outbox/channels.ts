/** The channels that people made: a record each, their secrets apart. A secret goes only where it was typed for. */
import { createHash, randomBytes } from 'node:crypto';
import { Malformed } from '../../protocol/malformed.ts';
import { Failure } from '../../runtime/errors.ts';
import type { RecordWrite, StoreClient } from '../../store/client/client.ts';
import type { Channel, NewChannel } from '../client/channels.ts';
import type { Actor, WatchText } from '../client/types.ts';
import { kindNamed } from '../notifiers/index.ts';
import type { Kind, Sender } from '../notifiers/kind.ts';
import { alone, type Reach } from '../notifiers/reach.ts';
import { assertElsewhere } from '../notifiers/road.ts';
import { badRequest, noSuch } from '../refused.ts';
import { channelRecords, checkChannel } from './records.ts';
import type { Secrets, SecretValues } from './secrets.ts';

export type Definition = Omit<Channel, 'status' | 'secrets'>;

/** A write of the store takes 64 records: eight occasions, and two deliveries of each channel. */
const most = 20;
const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const freshId = () => Array.from(randomBytes(8), (byte) => letters[byte % 32]).join('');

export class Channels {
  readonly #store: Pick<StoreClient, 'records' | 'writeRecords'>;
  readonly #secrets: Secrets;
  readonly #all = new Map<string, Definition>();
  readonly #onChange: (id: string) => void;
  readonly #reach: Pick<Reach, 'isElsewhere'>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(o: {
    store: Pick<StoreClient, 'records' | 'writeRecords'>;
    secrets: Secrets;
    onChange(id: string): void;
    reach?: Pick<Reach, 'isElsewhere'>;
  }) {
    this.#store = o.store;
    this.#secrets = o.secrets;
    this.#onChange = o.onChange;
    this.#reach = o.reach ?? alone;
  }

  load(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#secrets.load();
      const found = await this.#store.records(channelRecords);
      this.#all.clear();
      for (const { key, value } of found) {
        const channel = readable(value);
        if (channel !== null) this.#all.set(key, { ...channel, id: key });
      }
    });
  }

  list(): Definition[] {
    return [...this.#all.values()];
  }

  get(id: string): Definition | undefined {
    return this.#all.get(id);
  }

  named(id: string): Definition {
    const found = this.#all.get(id);
    if (found === undefined) throw noSuch('channel', id);
    return found;
  }

  secretsOf(definition: Definition): string[] {
    return Object.keys(this.#kept(definition));
  }

  /** Throws when what is kept does not fit any more: a secret is missing. */
  sender(definition: Definition): Sender {
    const { kind, options } = definition;
    return prepared(kindOf(kind), options, this.#kept(definition)).send;
  }

  #kept(definition: Definition): SecretValues {
    return this.#secrets.of(definition.id, placeOf(definition));
  }

  create(channel: NewChannel, by: Actor): Promise<Definition> {
    return this.#inTurn(async () => {
      if (this.#all.size >= most)
        throw new Failure('TOO_MANY', {
          en: `there are ${most} channels already: remove one first`,
          fr: `il y a déjà ${most} canaux : supprimez-en un d’abord`,
        });
      return this.#save(freshId(), channel, {}, by, { en: 'made', fr: 'a créé' });
    });
  }

  change(id: string, channel: NewChannel, by: Actor): Promise<Definition> {
    return this.#inTurn(async () => {
      const before = this.named(id);
      const kind = kindOf(channel.kind);
      if (before.kind !== channel.kind)
        throw new Failure(
          'CONFLICT',
          {
            en: `${id} is of another kind: make a new channel`,
            fr: `${id} est d’une autre sorte : créez un nouveau canal`,
          },
          { path: 'kind' },
        );
      const kept = this.#kept(before);
      assertRetyped(kind, before.options, channel, kept);
      return this.#save(id, channel, kept, by, { en: 'changed', fr: 'a modifié' });
    });
  }

  remove(id: string, by: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const { name } = this.named(id);
      await this.#write({ namespace: channelRecords, key: id, delete: true }, 'channel.removed', by, name, {
        ...{ en: 'removed', fr: 'a supprimé' },
      });
      this.#all.delete(id);
      await this.#secrets.keepOnly(id, null);
      this.#onChange(id);
    });
  }

  async #save(
    id: string,
    channel: NewChannel,
    kept: SecretValues,
    by: Actor,
    deed: WatchText,
  ): Promise<Definition> {
    const { secrets: given = {}, ...plain } = channel;
    const kind = kindOf(channel.kind);
    const secrets = merged(kept, given);
    const { options, server } = prepared(kind, plain.options, secrets);
    if (server !== null) assertElsewhere(server.host, pathOf(kind, server.field), this.#reach);
    const open = Object.fromEntries(
      Object.entries(options).filter(
        ([name, value]) => kind.fields[name]?.isSecret !== true && value !== undefined,
      ),
    );
    const definition: Definition = { ...plain, options: open, id };
    // If only the one or the other gets written, each place still has its own.
    const place = placeOf(definition);
    await this.#secrets.put(id, place, secrets);
    const { id: _, ...value } = definition;
    await this.#write({ namespace: channelRecords, key: id, value }, 'channel.changed', by, plain.name, deed);
    this.#all.set(id, definition);
    this.#onChange(id);
    await this.#secrets.keepOnly(id, place);
    return definition;
  }

  #write(write: RecordWrite, kind: string, by: Actor, name: string, deed: WatchText): Promise<unknown> {
    const text = {
      en: `${by.who} ${deed.en} the channel “${name}”`,
      fr: `${by.who} ${deed.fr} le canal « ${name} »`,
    };
    return this.#store.writeRecords([write], [{ ...by, kind, text, details: { channel: write.key } }]);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function kindOf(name: string): Kind {
  const kind = kindNamed(name);
  if (kind === undefined)
    throw new Failure(
      'BAD_REQUEST',
      { en: `there is no kind of channel ${name}`, fr: `il n’y a pas de canal de la sorte ${name}` },
      { path: 'kind' },
    );
  return kind;
}

/** Where its secrets may go. Another bound option makes another place of those that have it: its secrets are to be typed again. */
function placeOf({ kind, options }: Pick<Definition, 'kind' | 'options'>): string {
  const bound = Object.entries(kindNamed(kind)?.fields ?? {}).flatMap(([name, { isBound }]) =>
    isBound === true && options[name] !== undefined ? [[name, options[name]]] : [],
  );
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex').slice(0, 16);
}

function prepared(kind: Kind, options: Record<string, unknown>, secrets: SecretValues) {
  for (const name of Object.keys(options))
    if (kind.fields[name] === undefined || kind.fields[name].isSecret === true)
      throw new Failure(
        'BAD_REQUEST',
        { en: `${name} is no option of this kind`, fr: `${name} n’est pas une option de cette sorte` },
        { path: `options.${name}` },
      );
  for (const name of Object.keys(secrets))
    if (kind.fields[name]?.isSecret !== true)
      throw new Failure(
        'BAD_REQUEST',
        { en: `${name} is no secret of this kind`, fr: `${name} n’est pas un secret de cette sorte` },
        { path: `secrets.${name}` },
      );
  try {
    return kind.prepare({ ...options, ...secrets });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw badRequest(error, pathOf(kind, error.path));
  }
}

/** Of an option, or of what is within it. */
function pathOf(kind: Kind, field: string): string {
  const isSecret = kind.fields[field.split(/[.[]/, 1)[0] ?? '']?.isSecret === true;
  return `${isSecret ? 'secrets' : 'options'}.${field}`;
}

/** Who points a channel to another server must know its password: otherwise a test would hand it over. */
function assertRetyped(
  kind: Kind,
  before: Definition['options'],
  channel: NewChannel,
  kept: SecretValues,
): void {
  const isElsewhere = Object.entries(kind.fields).some(
    ([name, { isBound }]) =>
      isBound === true && JSON.stringify(before[name]) !== JSON.stringify(channel.options[name]),
  );
  if (!isElsewhere) return;
  for (const name of Object.keys(kept))
    if (channel.secrets?.[name] === undefined)
      throw new Failure(
        'BAD_REQUEST',
        {
          en: `it goes elsewhere now: ${name} has to be typed again`,
          fr: `il va ailleurs maintenant : il faut retaper ${name}`,
        },
        { path: `secrets.${name}` },
      );
}

function merged(kept: SecretValues, given: Record<string, string | null>): Record<string, string> {
  const next: Record<string, string> = { ...kept };
  for (const [name, value] of Object.entries(given)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}

function readable(value: unknown): Omit<NewChannel, 'secrets'> | null {
  try {
    return checkChannel(value);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
