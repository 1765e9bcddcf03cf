/** What the routes are made from. */
import type { DisplayClient } from '../../../display/client/client.ts';
import type { IngestClient } from '../../ingest/client/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { StoreClient } from '../../store/client/client.ts';
import type { ResetClient } from '../../store/client/resets.ts';
import type { WatchClient } from '../../watch/client/client.ts';
import type { ApiTokens } from '../api-tokens.ts';
import type { Audit } from '../audit.ts';
import type { Certificates } from '../certificates.ts';
import type { Fleet } from '../fleet.ts';
import type { Get } from '../get/routes.ts';
import type { KnownBrowsers } from '../known-browsers.ts';
import type { WebLimits } from '../limits.ts';
import type { Live } from '../live.ts';
import type { Sessions } from '../sessions.ts';
import type { SignIn } from '../sign-in.ts';
import type { Throttle } from '../throttle.ts';
import type { Users } from '../users.ts';

export type ApiParts = {
  store: StoreClient;
  ingest: IngestClient;
  watch: WatchClient;
  display: DisplayClient;
  resets: Pick<ResetClient, 'begin'>;
  fleet: Fleet;
  live: Live;
  sessions: Sessions;
  signIn: SignIn;
  users: Users;
  browsers: KnownBrowsers;
  throttle: Throttle;
  apiTokens: ApiTokens;
  certificates: Certificates;
  get: Get;
  audit: Audit;
  clock: Clock;
  limits: WebLimits;
  clockTrusted(): boolean;
  /** The box's time, which its own clock need not show. */
  boxNowMs(): number;
  boxName(): string;
};
