/**
 * Light and buzzer at the box. They show what is so and not what happened: whatever is told, late or again, they are set to
 * what is wrong now (see signals.ts), so that a light never stays on because a message was lost.
 */
import { oneOf } from '../../protocol/check.ts';
import { messageOf } from '../../runtime/errors.ts';
import { type Notifier, type Order, type Outcome, Undelivered } from './notifier.ts';
import { type Output, outputs } from './reach.ts';

export type SignalOptions = { output: Output };

export const signal: Notifier<SignalOptions> = {
  about: { en: 'Light or buzzer at the box', fr: 'Lampe ou avertisseur du boîtier' },
  isWordless: true,
  fields: {
    output: {
      check: oneOf(outputs),
      ...{ type: 'choice', choices: outputs },
      about: { en: 'what shows it', fr: 'ce qui le montre' },
      hint: {
        en: 'The light is on until somebody takes note, the buzzer beeps for a minute.',
        fr: 'La lampe reste allumée jusqu’à la prise en compte, l’avertisseur sonne une minute.',
      },
    },
  },
  send,
};

async function send({ options, letter, reach }: Order<SignalOptions>): Promise<Outcome> {
  try {
    if (letter.isTest) {
      await reach.trySignal(options.output);
      return { words: `${options.output} for three seconds`, left: [] };
    }
    const { light, buzzer } = await reach.signal();
    return { words: `light ${light ? 'on' : 'off'}, buzzer ${buzzer ? 'on' : 'off'}`, left: [] };
  } catch (error) {
    throw new Undelivered(messageOf(error), { cause: error });
  }
}
