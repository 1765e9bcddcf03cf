/** `netmonitor-agent watch`: says what becomes of the link, shows each new pair of digits, and asks about them. */
import { Failure } from '../appliance/runtime/errors.ts';
import { type Command, groups, question, severalBoxes } from './commands.ts';
import type { AgentStatus } from './status.ts';
import { Statuses } from './statuses.ts';
import type { Words } from './words.ts';

/** Ends when the agent does, or when somebody ends it. */
export const watch: Command = async (around, given) => {
  const { client, words, terminal } = around;
  const statuses = new Statuses(client);
  let said = '';
  let listed = '';
  let shown: string | null = null;
  try {
    for (;;) {
      const { now, digitsGone } = await statuses.next();
      if (given.json) {
        terminal.print(`${JSON.stringify(now)}\n`);
        continue;
      }
      const line = news(now, words);
      if (line !== '' && line !== said) terminal.print(`${line}\n`);
      if (line !== '') said = line;
      const several = now.pin === null && now.boxes.length > 1 ? severalBoxes(now, words) : '';
      if (several !== '' && several !== listed) terminal.print(several);
      listed = several;
      if (now.digits === shown) continue;
      shown = now.digits;
      if (now.digits === null) continue;
      if (now.pin === null)
        await question(around, given, now.digits, digitsGone).catch((error: unknown) => {
          // They changed while the answer was on its way.
          if (!(error instanceof Failure) || error.code !== 'CONFLICT') throw error;
          terminal.print(`${words.gone}\n`);
        });
      else terminal.print(`${words.digits}: ${groups(now.digits)} (${words.boxCompares})\n`);
    }
  } finally {
    statuses.stop();
  }
};

/** What a person wants to know; a connection that is being opened is no news yet. */
function news(now: AgentStatus, words: Words): string {
  const box = now.box === null ? '' : `${now.box.name || '?'} (${now.box.address}): `;
  switch (now.state) {
    case 'searching':
    case 'untrusted':
    case 'sending':
      return `${box}${words[now.state]}`;
    case 'waiting':
      return `${box}${words.waiting}${now.pin === null ? `\n${words.selectAtBox}` : ''}`;
    case 'between':
      return `${words.between}${now.lastEnd === null ? '' : ` (${now.lastEnd})`}`;
    case 'connecting':
    case 'greeting':
      return '';
  }
}
