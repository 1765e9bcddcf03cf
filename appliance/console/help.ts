/** `--help` of the command and of each verb, made from the table of verbs. */
import { verbs } from './verbs/index.ts';
import type { Option, Verb } from './verbs/verb.ts';
import type { Language, Say } from './words.ts';

function commonOptions(say: Say): [string, string][] {
  return [
    ['--json', say('optionJson')],
    ['--home=DIR', say('optionHome')],
    ['--run=DIR', say('optionRun')],
    ['--help', say('optionHelp')],
    ['--version', say('optionVersion')],
  ];
}

export function mainHelp(say: Say, language: Language): string {
  const rows = Object.entries(verbs).map(([name, verb]): [string, string] => [name, verb.about[language]]);
  const sections = [say('verbs'), ...columns(rows), '', say('options'), ...columns(commonOptions(say))];
  return [say('usage'), say('about'), '', ...sections, '', say('more'), say('codes')].join('\n');
}

export function verbHelp(name: string, verb: Verb, say: Say, language: Language): string {
  const own = Object.entries(verb.options).map(([option, about]): [string, string] => [
    optionText(option, about),
    about.about[language],
  ]);
  const usage = ['netmonitor', name, verb.usage, '[OPTION]...'].filter((part) => part !== '').join(' ');
  const first = say('usage').split(/ ?:/)[0] ?? '';
  const colon = language === 'fr' ? ' :' : ':';
  const about = `${verb.about[language][0]?.toUpperCase()}${verb.about[language].slice(1)}.`;
  return [
    `${first}${colon} ${usage}`,
    about,
    '',
    say('options'),
    ...columns([...own, ...commonOptions(say)]),
  ].join('\n');
}

function optionText(name: string, option: Option): string {
  return option.value === undefined ? `--${name}` : `--${name}=${option.value}`;
}

function columns(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
