/** What came in and does not fit, as a failure that its sender reads in his language. */
import type { Malformed } from '../protocol/malformed.ts';
import { Failure } from '../runtime/errors.ts';

/** `path`: as the caller names the field, if not as the check does. */
export function badRequest(error: Malformed, path: string = error.path): Failure {
  const { message, said, path: inner } = error;
  const lead = inner === '' ? '' : `${inner}: `;
  const texts = said === undefined ? message : { en: lead + said.en, fr: lead + said.fr };
  return new Failure('BAD_REQUEST', texts, { cause: error, path });
}

const nouns = {
  ...{ channel: 'de canal', device: 'd’appareil', group: 'de groupe', incident: 'd’incident' },
  ...{ machine: 'de machine', probe: 'de sonde', rule: 'de règle', schedule: 'd’horaire' },
} as const;

export function noSuch(noun: keyof typeof nouns, id: string | number, path: string = noun): Failure {
  const texts = { en: `there is no ${noun} ${id}`, fr: `il n’y a pas ${nouns[noun]} ${id}` };
  return new Failure('NOT_FOUND', texts, { path });
}
