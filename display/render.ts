/** State → picture: the screen, its last line, and the countdown over it while the button is held long. */
import { Canvas } from './canvas.ts';
import type { Frame } from './client/types.ts';
import type { Holding } from './gestures.ts';
import { type ScreenName, screens } from './screens/index.ts';
import { aside, foot, head } from './screens/parts.ts';
import type { Screen, View } from './screens/screen.ts';

export type Picture = { frame: Frame; screen: string; text: string[] };

export function render(screen: ScreenName, view: View, holding: Holding = { is: 'no' }): Picture {
  const canvas = new Canvas();
  if (holding.is === 'countdown') {
    head(canvas, view, view.say('holdOn'));
    canvas.center(16, view.say('recoveryIn'));
    canvas.center(28, String(holding.seconds), 3);
  } else {
    screens[screen].draw(canvas, view);
    const { offers, tall }: Screen = screens[screen];
    const draw = tall ? aside : foot;
    draw(canvas, view, offers(view), holding.is === 'armed');
  }
  return {
    frame: canvas.frame(),
    screen: holding.is === 'countdown' ? 'countdown' : screen,
    text: canvas.lines(),
  };
}
