/** The `--help` of a daemon, made from its configuration table. */
import { type ConfigTable, flagOf, type Key, type Places } from './config.ts';

const widest = 100;

export function helpText(o: { name: string; about: string; table: ConfigTable; places: Places }): string {
  const rows = [
    ...Object.entries(o.table).map(([name, key]) => ({ option: optionOf(name, key), about: aboutOf(key) })),
    { option: '--print-config', about: 'print the effective configuration and where each value comes from' },
    { option: '--help', about: 'print this text' },
    { option: '--version', about: 'print the version' },
  ];
  const column = Math.min(36, 4 + Math.max(...rows.map((row) => row.option.length)));
  const { configFile, stateDir, runDir } = o.places;
  return [
    `Usage: netmonitor-${o.name} [OPTION]...`,
    ...wrap(o.about, widest),
    '',
    'Options:',
    ...rows.flatMap((row) => entry(row.option, row.about, column)),
    '',
    ...wrap('An option wins over the same key (with underscores) in the configuration file.', widest),
    `Configuration file: ${configFile}`,
    `State:              ${stateDir}`,
    `Sockets:            ${runDir}`,
    '',
  ].join('\n');
}

function optionOf(name: string, key: Key<unknown>): string {
  if (typeof key.default === 'boolean') return `--[no-]${flagOf(name).slice(2)}`;
  return `${flagOf(name)}=${key.type.label}`;
}

function aboutOf(key: Key<unknown>): string {
  const shown = key.type.show(key.default);
  return `${key.about} (default: ${shown === '' ? 'none' : shown})`;
}

/** An option too long for its column has the explanation on the next line, as GNU's commands do. */
function entry(option: string, about: string, column: number): string[] {
  const lines = wrap(about, widest - column).map((line) => ' '.repeat(column) + line);
  const [first = '', ...rest] = lines;
  const head = `  ${option}`;
  return head.length > column - 2 ? [head, ...lines] : [head.padEnd(column) + first.slice(column), ...rest];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
