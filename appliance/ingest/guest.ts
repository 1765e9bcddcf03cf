/** Somebody who waits, and what people see of him. */
import type { Hello } from '../protocol/messages.ts';
import { Failure } from '../runtime/errors.ts';
import type { Waiting } from './client/types.ts';
import type { Connection } from './connection.ts';
import type { Selection } from './selection.ts';

export type Guest = {
  readonly id: string;
  readonly hello: Hello;
  readonly address: string;
  readonly sinceMs: number;
  /** When it was first seen, monotonic. */
  readonly firstMs: number;
  connection: Connection | null;
  leftAtMs: number;
};

export function shown(
  guest: Guest,
  selection: Pick<Selection, 'digits' | 'answer'> | null,
  earlier: Waiting['earlier'],
): Waiting {
  const { id, address, sinceMs, connection } = guest;
  const { name, os, agent, pinned } = guest.hello;
  const digits = selection?.digits ?? null;
  const machineAnswer = selection?.answer ?? null;
  const connected = connection !== null;
  return {
    id,
    name,
    address,
    os,
    version: agent,
    sinceMs,
    digits,
    machineAnswer,
    pinned,
    connected,
    earlier,
  };
}

export function noSuchGuest(): Failure {
  return new Failure('NOT_FOUND', 'no such machine waits: it may have been admitted or refused meanwhile');
}
