/** The panel's overview as the real display draws it, for the page that shows it. */
import type { FrameMessage } from '../../display/client/types.ts';
import { render } from '../../display/render.ts';
import type { Language } from '../../display/words.ts';
import { samples } from './screen-samples.ts';

export function sampleFrame(language: Language): FrameMessage {
  const sample = samples.find(({ screen }) => screen === 'overview') ?? samples[0];
  if (sample === undefined) throw new Error('the display has no sample screens');
  const { frame, text } = render(sample.screen, sample.view(language), sample.holding);
  return { bits: Buffer.from(frame.pages).toString('base64'), screen: sample.screen, text };
}
