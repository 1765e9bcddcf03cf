/** `netmonitor notice`: a line of text to the person at a machine. */
import { machineOf, say } from './on-machine.ts';
import { Misuse, type Text, type Verb } from './verb.ts';

const usage = 'MACHINE TEXT';

const words = {
  which: {
    en: 'say what is to be shown: netmonitor notice {0}',
    fr: 'dites quoi afficher : netmonitor notice {0}',
  },
  sent: { en: 'Sent to {0}.', fr: 'Envoyé à {0}.' },
} satisfies Record<string, Text>;

export const notice: Verb = {
  about: {
    en: 'show a line of text to the person at a machine (it stands in the journal)',
    fr: 'afficher une ligne à la personne devant une machine (inscrite au journal)',
  },
  usage,
  mostWords: 2,
  options: {},
  async run(call) {
    const { machine, name } = await machineOf(call, `notice ${usage}`);
    const text = call.words[1];
    if (text === undefined) throw new Misuse(say(call, words.which, usage));
    await call.box.ingest.notify(machine, text, { who: call.user, role: 'admin', from: 'console' });
    call.terminal.print(call.json ? '{}' : say(call, words.sent, name));
    return 0;
  },
};
