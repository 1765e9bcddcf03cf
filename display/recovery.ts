/** Asks web for a recovery code; it then comes with web's address. Says what came of it only if nothing did. */
import { Failure } from '../appliance/runtime/errors.ts';
import type { WebClient } from '../appliance/web/client/types.ts';
import type { Notice } from './screens/screen.ts';
import type { Say } from './words.ts';

export async function askForRecovery(web: Pick<WebClient, 'recover'>, say: Say): Promise<Notice | null> {
  try {
    await web.recover();
    return null;
  } catch (error) {
    const nobody = error instanceof Failure && error.code === 'CONFLICT';
    return { good: false, title: say('failed'), text: say(nobody ? 'failNoPassword' : 'failWebAway') };
  }
}
