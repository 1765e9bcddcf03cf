/** `netmonitor token`: enrolment tokens that travel beside an installer. */
import type { Actor, EnrolmentToken } from '../../ingest/client/types.ts';
import { moment } from '../format.ts';
import { type Cell, plain, table, toJson } from '../print.ts';
import { type Call, Misuse, textOption, type Verb, wholeNumber } from './verb.ts';

const actor = (call: Call): Actor => ({ who: call.user, role: 'admin', from: 'console' });

const deeds: Record<string, (call: Call, id: string | undefined) => Promise<0>> = { list, create, revoke };

export const token: Verb = {
  about: {
    en: 'list enrolment tokens, make one (shown once), or revoke one',
    fr: 'lister les jetons d’inscription, en créer un (montré une fois) ou en révoquer un',
  },
  usage: '[list|create|revoke ID]',
  mostWords: 2,
  options: {
    uses: {
      type: 'string',
      value: 'N',
      about: { en: 'how many machines it admits (1)', fr: 'combien de machines il admet (1)' },
    },
    hours: {
      type: 'string',
      value: 'N',
      about: { en: 'how long it counts (24)', fr: 'combien d’heures il vaut (24)' },
    },
    label: {
      type: 'string',
      value: 'TEXT',
      about: { en: 'what it is for', fr: 'à quoi il sert' },
    },
  },
  async run(call) {
    const [what = 'list', id] = call.words;
    const deed = Object.hasOwn(deeds, what) ? deeds[what] : undefined;
    if (deed === undefined || (what === 'revoke') !== (id !== undefined))
      throw new Misuse(call.say('tokenUsage'));
    return deed(call, id);
  },
};

async function create(call: Call): Promise<0> {
  const uses = wholeNumber(call, 'uses', { min: 1, max: 1000, otherwise: 1 });
  const hours = wholeNumber(call, 'hours', { min: 1, max: 720, otherwise: 24 });
  const label = textOption(call, 'label') ?? '';
  const made = await call.box.ingest.createToken({ uses, hours, label }, actor(call));
  const { terminal, say } = call;
  if (call.json) terminal.print(toJson(made, 2));
  else {
    terminal.print(say('tokenOnce', uses, hours));
    terminal.print(`\n    ${terminal.paint('strong', made.token)}\n`);
    terminal.print(say('tokenWhere'));
  }
  return 0;
}

async function list(call: Call): Promise<0> {
  const tokens = await call.box.ingest.tokens();
  if (call.json) call.terminal.print(toJson({ tokens }, 2));
  else if (tokens.length === 0) call.terminal.print(call.say('noTokens'));
  else for (const line of lines(call, tokens)) call.terminal.print(line);
  return 0;
}

async function revoke(call: Call, id: string | undefined): Promise<0> {
  await call.box.ingest.revokeToken(id ?? '', actor(call));
  call.terminal.print(call.json ? '{}' : call.say('tokenRevoked', plain(id ?? '')));
  return 0;
}

function lines(call: Call, tokens: readonly EnrolmentToken[]): string[] {
  const { say, terminal, nowMs, language } = call;
  const head = [say('id'), say('tokenLabel'), say('tokenLeft'), say('tokenUntil'), say('tokenBy')];
  const rows = tokens.map((one): Cell[] => [
    one.id,
    one.label,
    { text: `${one.left}/${one.uses}`, right: true, ...(one.left === 0 ? { tone: 'soft' as const } : {}) },
    { text: moment(one.expiresMs, nowMs, language), ...(one.expired ? { tone: 'soft' as const } : {}) },
    one.by,
  ]);
  return table(head, rows, terminal.paint);
}
