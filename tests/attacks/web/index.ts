/** Attacks on the page's server, on REST and on the people who use them. A new one: one file, one line here. */
import type { Attack } from '../attack.ts';
import { beyondRole } from './beyond-role.ts';
import { crookedPaths } from './crooked-paths.ts';
import { defaultPassword } from './default-password.ts';
import { dnsRebinding } from './dns-rebinding.ts';
import { falseInstaller } from './false-installer.ts';
import { foreignChange } from './foreign-change.ts';
import { foreignSession } from './foreign-session.ts';
import { forgedEntry } from './forged-entry.ts';
import { framedPage } from './framed-page.ts';
import { guessApiToken } from './guess-api-token.ts';
import { guessInvitation } from './guess-invitation.ts';
import { guessPassword } from './guess-password.ts';
import { guessRecoveryCode } from './guess-recovery-code.ts';
import { handshakeFlood } from './handshake-flood.ts';
import { hostileCertificate } from './hostile-certificate.ts';
import { hostileJson } from './hostile-json.ts';
import { lastAdmin } from './last-admin.ts';
import { manyStreams } from './many-streams.ts';
import { overTheShoulder } from './over-the-shoulder.ts';
import { pathTraversal } from './path-traversal.ts';
import { plainHttp } from './plain-http.ts';
import { probeByRest } from './probe-by-rest.ts';
import { rewrittenJournal } from './rewritten-journal.ts';
import { secondFirstSignIn } from './second-first-sign-in.ts';
import { slowRequests } from './slow-requests.ts';
import { smuggledRequest } from './smuggled-request.ts';
import { stolenCard } from './stolen-card.ts';
import { stolenSession } from './stolen-session.ts';
import { storedXss } from './stored-xss.ts';
import { takenOverPage } from './taken-over-page.ts';
import { testMail } from './test-mail.ts';
import { toldBackup } from './told-backup.ts';
import { toldNames } from './told-names.ts';
import { unbuiltAttacks } from './unbuilt.table.ts';
import { unlistedPackages } from './unlisted-packages.ts';
import { unwantedReset } from './unwanted-reset.ts';

export const webAttacks = {
  'guess-password': guessPassword,
  'default-password': defaultPassword,
  'second-first-sign-in': secondFirstSignIn,
  'guess-recovery-code': guessRecoveryCode,
  'guess-invitation': guessInvitation,
  'beyond-role': beyondRole,
  'crooked-paths': crookedPaths,
  'foreign-change': foreignChange,
  'dns-rebinding': dnsRebinding,
  'framed-page': framedPage,
  'foreign-session': foreignSession,
  'stolen-session': stolenSession,
  'path-traversal': pathTraversal,
  'smuggled-request': smuggledRequest,
  'forged-entry': forgedEntry,
  'hostile-json': hostileJson,
  'slow-requests': slowRequests,
  'handshake-flood': handshakeFlood,
  'guess-api-token': guessApiToken,
  'told-names': toldNames,
  'over-the-shoulder': overTheShoulder,
  'plain-http': plainHttp,
  'probe-by-rest': probeByRest,
  'hostile-certificate': hostileCertificate,
  'many-streams': manyStreams,
  'last-admin': lastAdmin,
  'taken-over-page': takenOverPage,
  'stored-xss': storedXss,
  'rewritten-journal': rewrittenJournal,
  'stolen-card': stolenCard,
  'told-backup': toldBackup,
  'test-mail': testMail,
  'unwanted-reset': unwantedReset,
  'unlisted-packages': unlistedPackages,
  'false-installer': falseInstaller,
  ...unbuiltAttacks,
} as const satisfies Record<string, Attack>;
