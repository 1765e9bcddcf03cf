/** `npm run image -- STEP`: runs one declared step of making what is shipped. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { steps } from './index.ts';
import { type Step, StepError } from './step.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

function help(): string {
  const rows = Object.entries<Step>(steps).map(([name, step]) => {
    const options = Object.entries(step.help).map(
      ([option, about]) => `      --${option.padEnd(14)} ${about}\n`,
    );
    return `  ${name.padEnd(9)} ${step.about}\n${options.join('')}`;
  });
  return `usage: npm run image -- STEP [OPTION…]\n\n${rows.join('')}\n      --json           the result as one line of JSON\n`;
}

async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || rest.includes('--help')) {
    process.stdout.write(help());
    return 0;
  }
  const step = Object.hasOwn(steps, name) ? (steps as Record<string, Step>)[name] : undefined;
  if (!step) {
    process.stderr.write(`There is no step "${name}".\n${help()}`);
    return 2;
  }
  const { values } = parseArgs({ args: rest, options: { ...step.options, json: { type: 'boolean' } } });
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  const result = await step.run({
    root,
    values: values as Record<string, string | boolean | undefined>,
    progress,
  });
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepError) && !(error instanceof TypeError && 'code' in error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof StepError ? 3 : 2;
}
