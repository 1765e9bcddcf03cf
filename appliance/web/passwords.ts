/** Passwords at rest: argon2id in the PHC string format, one computation at a time because each takes 46 MiB. */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Failure } from '../runtime/errors.ts';
import { Refusal } from './refusal.ts';

const argon2Async = promisify(argon2);

/**
 * OWASP's first choice for argon2id; memory in KiB. Their 19 MiB with two passes is as strong, but glibc keeps blocks
 * below 32 MiB for each thread that freed one (measured: 77 MB after five sign-ins), and gives larger ones back.
 */
const passwordCost = { memory: 46 * 1024, passes: 1, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;
/** Strangers may keep so many waiting; who is known by address or browser goes ahead of them. */
const longestQueues = { ahead: 8, strangers: 16 };

export type Passwords = {
  hash(password: string): Promise<string>;
  /** Without a stored string it costs the same time, so that unknown names are not told from wrong passwords. */
  verify(password: string, phc: string | null, ahead?: boolean): Promise<boolean>;
};

type Turn = { go(): void };

export function createPasswords(cost: Cost = passwordCost): Passwords {
  const nobody: Stored = { ...cost, nonce: Buffer.alloc(saltBytes), tag: Buffer.alloc(tagBytes) };
  const ahead: Turn[] = [];
  const strangers: Turn[] = [];
  let busy = false;

  function next(): void {
    const turn = ahead.shift() ?? strangers.shift();
    busy = turn !== undefined;
    turn?.go();
  }

  async function inTurn(parameters: Argon2Parameters, known: boolean): Promise<Buffer> {
    const queue = known ? ahead : strangers;
    if (queue.length >= (known ? longestQueues.ahead : longestQueues.strangers))
      throw new Refusal('TOO_MANY', 'busy', { retryAfterS: 5 });
    if (busy) await new Promise<void>((go) => queue.push({ go }));
    busy = true;
    try {
      return await argon2Async('argon2id', parameters);
    } finally {
      next();
    }
  }

  return {
    async hash(password) {
      const nonce = randomBytes(saltBytes);
      const tag = await inTurn({ message: bytesOf(password), nonce, ...cost, tagLength: tagBytes }, true);
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(tag)}`;
    },
    async verify(password, phc, known = false) {
      const stored = phc === null ? nobody : parsePhc(phc);
      const { tag: expected, ...parameters } = stored;
      const asked = { ...parameters, message: bytesOf(password), tagLength: expected.length };
      const tag = await inTurn(asked, known);
      return phc !== null && timingSafeEqual(tag, expected);
    },
  };
}

type Cost = { memory: number; passes: number; parallelism: number };
type Stored = Cost & { nonce: Buffer; tag: Buffer };

/** The parameters of a stored password may differ from today's, but never so much that checking it hurts the box. */
export function parsePhc(phc: string): Stored {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(
      phc,
    );
  const [memory, passes, parallelism] = [1, 2, 3].map((group) => Number(match?.[group]));
  if (!match || !memory || !passes || !parallelism || memory < 8 * parallelism || memory > 64 * 1024)
    throw new Failure('STORE_DAMAGED', 'A stored password is not one that this version can check.');
  const [nonce, tag] = [Buffer.from(match[4]!, 'base64'), Buffer.from(match[5]!, 'base64')];
  return { memory, passes, parallelism, nonce, tag };
}

/** The same letters typed on two keyboards may differ in bytes (é as one or two characters). */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFC'));
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
