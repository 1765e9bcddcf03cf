/** `npm run check`: types, lint and the repository's own rules; writes nothing outside .cache. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../runtime/environment.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

type Check = { about: string; args: readonly string[] };

const checks = {
  types: { about: 'TypeScript, project by project', args: ['node_modules/typescript/bin/tsc', '-b'] },
  lint: {
    about: 'Biome: format and lint',
    args: [
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      '--error-on-warnings',
      '--no-errors-on-unmatched',
    ],
  },
  rules: {
    about: 'the rules of this repository',
    args: ['--test', '--test-reporter=dot', 'tests/architecture/hygiene.test.ts'],
  },
} as const satisfies Record<string, Check>;

type Name = keyof typeof checks;
const names = Object.keys(checks) as Name[];

const help = `usage: npm run check [-- NAME…]

${names.map((name) => `  ${name.padEnd(7)} ${checks[name].about}`).join('\n')}
`;

function runCheck(check: Check): Promise<boolean> {
  const child = spawn(process.execPath, [...check.args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

async function main(argv: string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = argv.find((name) => !(names as string[]).includes(name));
  if (unknown) {
    process.stderr.write(`There is no check "${unknown}".\n${help}`);
    return 2;
  }
  const failed: Name[] = [];
  for (const name of argv.length > 0 ? (argv as Name[]) : names) {
    process.stdout.write(`— ${name}: ${checks[name].about}\n`);
    if (!(await runCheck(checks[name]))) failed.push(name);
  }
  process.stdout.write(failed.length > 0 ? `Failed: ${failed.join(', ')}.\n` : 'All is well.\n');
  return failed.length > 0 ? 1 : 0;
}

process.exitCode = await main(readEnvironment().argv);
