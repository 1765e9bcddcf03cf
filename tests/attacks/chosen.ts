/** Which attacks somebody has typed behind `npm run attacks`. */
import { parseArgs } from 'node:util';
import { Misuse } from '../misuse.ts';
import type { Attack } from './attack.ts';
import { attacks, inOrder } from './index.ts';

const options = {
  help: { type: 'boolean' },
  json: { type: 'boolean' },
  only: { type: 'string', multiple: true },
} as const;

export function chosenOf(argv: readonly string[]): {
  isHelp: boolean;
  isJson: boolean;
  chosen: readonly (readonly [string, Attack])[];
} {
  const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
  const names = [...positionals, ...(values.only ?? [])];
  const unknown = names.find((name) => !Object.hasOwn(attacks, name));
  if (unknown !== undefined) throw new Misuse(`There is no attack ${JSON.stringify(unknown)}.`);
  return {
    isHelp: values.help === true,
    isJson: values.json === true,
    chosen: inOrder.filter(([name]) => names.length === 0 || names.includes(name)),
  };
}
