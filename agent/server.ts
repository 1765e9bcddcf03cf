/** The agent's own socket: how it is, and the person's answer to the digits. */
import { type Check, flag, object, oneOf, text } from '../appliance/protocol/check.ts';
import { Malformed } from '../appliance/protocol/malformed.ts';
import { Failure } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { createLocalServer, type Route } from '../appliance/runtime/socket/server.ts';
import type { Farewell } from './quiet.ts';
import type { AgentStatus } from './status.ts';

const checkAnswer = object({
  digits: text({ max: 6, pattern: /^\d{6}$/, what: 'six digits' }),
  same: flag,
});

const checkChoice = object({
  key: text({ max: 64, pattern: /^([0-9a-fA-F]{4,64})?$/, what: 'the beginning of a key' }),
});

const checkGoodbye = object({ reason: oneOf(['shutdown', 'restart', 'sleep']) });

export type ServerOptions = {
  path: string;
  log: Log;
  status(): Promise<AgentStatus>;
  answer(digits: string, same: boolean): Promise<void>;
  forget(): Promise<void>;
  choose(key: string): void;
  newIdentity(): Promise<void>;
  goodbye(reason: Farewell): Promise<void>;
  onChange(listener: () => void): { stop(): void };
};

export function createAgentServer(o: ServerOptions): Part {
  const routes: Route[] = [
    { method: 'GET', path: '/v1/status', handle: async () => ({ json: await o.status() }) },
    {
      method: 'POST',
      path: '/v1/pair',
      async handle(request) {
        const { digits, same } = parsed(checkAnswer, await request.json(4096));
        await o.answer(digits, same);
        return { json: await o.status() };
      },
    },
    {
      method: 'POST',
      path: '/v1/choose',
      async handle(request) {
        o.choose(parsed(checkChoice, await request.json(4096)).key);
        return { json: await o.status() };
      },
    },
    {
      method: 'POST',
      path: '/v1/new-identity',
      async handle() {
        await o.newIdentity();
        return { json: {} };
      },
    },
    {
      method: 'POST',
      path: '/v1/goodbye',
      async handle(request) {
        await o.goodbye(parsed(checkGoodbye, await request.json(4096)).reason);
        return { json: {} };
      },
    },
    {
      method: 'POST',
      path: '/v1/forget',
      async handle() {
        await o.forget();
        return { json: await o.status() };
      },
    },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        async lines(out) {
          const tell = async () => out.write(await o.status());
          const listening = o.onChange(() => void tell());
          await tell();
          await out.closed;
          listening.stop();
        },
      }),
    },
  ];
  return createLocalServer({ path: o.path, routes, log: o.log, mode: 0o660 });
}

function parsed<T>(check: Check<T>, body: unknown): T {
  try {
    return check(body);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Failure('BAD_REQUEST', error.message, { cause: error, path: error.path });
  }
}
