/** `npm run attacks`: attacks a box of real processes on this machine, and prints what became of each attack. */
import { sayingMisuse } from '../misuse.ts';
import { carryOut, type Outcome } from './attack.ts';
import { chosenOf } from './chosen.ts';
import { inOrder } from './index.ts';
import { Scene } from './scene.ts';

const help = `usage: npm run attacks -- [NAME]… [--json]

Starts a box on this machine, attacks it from outside, and prints a table: refused, absent (what is attacked is not
built yet) or SUCCEEDED. Without a name all attacks are carried out.

${inOrder.map(([name, { threat, about }]) => `  ${String(threat).padStart(2)}  ${name.padEnd(24)} ${about}\n`).join('')}
  --only NAME   the same as NAME alone
  --json        the last line is one JSON object

Exit: 0 none succeeded, 1 one did, 2 there is no such attack or option.
`;

async function main(argv: string[]): Promise<number> {
  const { isHelp, isJson, chosen } = chosenOf(argv);
  if (isHelp) {
    process.stdout.write(help);
    return 0;
  }
  const outcomes: Outcome[] = [];
  const scene = await Scene.open();
  try {
    for (const [name, attack] of chosen) {
      const outcome = await carryOut(name, attack, scene);
      process.stdout.write(line(outcome));
      outcomes.push(outcome);
    }
  } finally {
    await scene.close();
  }
  return report(outcomes, isJson);
}

function report(outcomes: readonly Outcome[], json: boolean): number {
  const count = (result: Outcome['result']) => outcomes.filter((one) => one.result === result).length;
  const figures = { refused: count('refused'), absent: count('absent'), succeeded: count('SUCCEEDED') };
  const met = figures.succeeded === 0;
  process.stdout.write(
    json
      ? `${JSON.stringify({ attacks: figures, outcomes, met })}\n`
      : `${figures.refused} refused, ${figures.absent} absent, ${figures.succeeded} SUCCEEDED\n`,
  );
  return met ? 0 : 1;
}

function line({ threat, name, result, how }: Outcome): string {
  return `${String(threat).padStart(3)}  ${name.padEnd(24)} ${result.padEnd(9)}  ${how}\n`;
}

process.exitCode = await sayingMisuse(help, () => main(process.argv.slice(2)));
