/** `netmonitor display`: the panel's picture in the terminal or as a file, and its button. */
import { writeFile } from 'node:fs/promises';
import { terminalLines, unpackFrame } from '../../../display/client/frame.ts';
import { pressKinds } from '../../../display/client/types.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import { toJson } from '../print.ts';
import { type Call, Misuse, textOption, type Verb, wholeNumber } from './verb.ts';

export const display: Verb = {
  about: {
    en: 'show the picture of the panel, save it, or press its button',
    fr: 'montrer l’image de l’écran, l’enregistrer, ou appuyer sur son bouton',
  },
  usage: '',
  mostWords: 0,
  options: {
    png: {
      type: 'string',
      value: 'FILE',
      about: { en: 'save the picture as PNG into FILE', fr: 'enregistrer l’image en PNG dans FILE' },
    },
    scale: {
      type: 'string',
      value: 'N',
      about: { en: 'pixels of the file for a pixel of the panel (4)', fr: 'pixels du fichier par pixel (4)' },
    },
    press: {
      type: 'string',
      value: 'KIND',
      about: { en: `press the button: ${pressKinds.join(', ')}`, fr: `appuyer : ${pressKinds.join(', ')}` },
    },
  },
  async run(call) {
    const scale = wholeNumber(call, 'scale', { min: 1, max: 16, otherwise: 4 });
    const png = textOption(call, 'png');
    const pressed = textOption(call, 'press');
    if (pressed !== undefined) await press(call, pressed);
    if (png !== undefined) await save(call, png, scale);
    else if (pressed === undefined) await show(call);
    return 0;
  },
};

async function press(call: Call, given: string): Promise<void> {
  const kind = pressKinds.find((one) => one === given);
  if (kind === undefined) throw new Misuse(call.say('oneOf', '--press', pressKinds.join(', ')));
  await call.box.display.press(kind);
  if (!call.json) call.terminal.print(call.say('pressed'));
}

async function save(call: Call, file: string, scale: number): Promise<void> {
  const bytes = await call.box.display.png(scale, { secrets: true });
  await writeFile(file, bytes).catch((error: unknown) => {
    throw new Failure('STATE_UNWRITABLE', call.say('notSaved', file, messageOf(error)), {
      cause: error,
      path: file,
    });
  });
  if (!call.json) call.terminal.print(call.say('saved', file));
}

async function show(call: Call): Promise<void> {
  const frame = await call.box.display.frame({ secrets: true });
  if (call.json) call.terminal.print(toJson(frame));
  else for (const line of terminalLines(unpackFrame(frame), call.terminal.columns)) call.terminal.print(line);
}
