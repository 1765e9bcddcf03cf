/** What the routes are made from. */
import type { DisplayClient } from '../../../display/client/client.ts';
import type { IngestClient } from '../../ingest/client/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { StoreClient } from '../../store/client/client.ts';
import type { Fleet } from '../fleet.ts';
import type { WebLimits } from '../limits.ts';
import type { Live } from '../live.ts';
import type { Sessions } from '../sessions.ts';
import type { SignIn } from '../sign-in.ts';

export type ApiParts = {
  store: StoreClient;
  ingest: IngestClient;
  display: DisplayClient;
  fleet: Fleet;
  live: Live;
  sessions: Sessions;
  signIn: SignIn;
  clock: Clock;
  limits: WebLimits;
  clockTrusted(): boolean;
  boxName(): string;
  /** Of the page's own key. */
  fingerprint: string;
};
