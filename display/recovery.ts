/** What holding the button leads to: a recovery code from web, which comes with its address, or a box as it was new. */
import { Failure } from '../appliance/runtime/errors.ts';
import type { ResetClient } from '../appliance/store/client/resets.ts';
import type { WebClient } from '../appliance/web/client/types.ts';
import type { Notice } from './screens/screen.ts';
import type { Say } from './words.ts';

/** Says what came of it only if nothing did. */
export async function askForRecovery(web: Pick<WebClient, 'recover'>, say: Say): Promise<Notice | null> {
  try {
    await web.recover();
    return null;
  } catch (error) {
    const nobody = error instanceof Failure && error.code === 'CONFLICT';
    return { good: false, title: say('failed'), text: say(nobody ? 'failNoPassword' : 'failWebAway') };
  }
}

/** The answer is the last that this box knows. */
export async function putBack(resets: Pick<ResetClient, 'begin'>, say: Say): Promise<Notice> {
  try {
    await resets.begin();
    return { good: true, title: say('resetBegun'), text: say('resetBegunText') };
  } catch {
    // Whatever it was, nothing has begun, and the person can only try again.
    return { good: false, title: say('failed'), text: say('failStoreAway') };
  }
}
