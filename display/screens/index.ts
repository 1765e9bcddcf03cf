/** The table of screens: one line each. */
import { addressScreen } from './address.ts';
import { admitAllScreen } from './admit-all.ts';
import { codeScreen } from './code.ts';
import { incidentScreen } from './incident.ts';
import { boxKeyScreen, pageCertificateScreen, pageKeyScreen } from './keys.ts';
import { machineScreen } from './machine.ts';
import { noticeScreen } from './notice.ts';
import { overviewScreen } from './overview.ts';
import { addressPicture, boxKeyPicture, pageKeyPicture } from './pictures.ts';
import { recoveryScreen } from './recovery.ts';
import { resetScreen } from './reset.ts';
import type { Screen } from './screen.ts';
import { waitingScreen } from './waiting.ts';

export const screens = {
  overview: overviewScreen,
  incident: incidentScreen,
  machine: machineScreen,
  waiting: waitingScreen,
  address: addressScreen,
  code: codeScreen,
  'address-picture': addressPicture,
  'page-certificate': pageCertificateScreen,
  'page-key': pageKeyScreen,
  'page-key-picture': pageKeyPicture,
  'box-key': boxKeyScreen,
  'box-key-picture': boxKeyPicture,
  'admit-all': admitAllScreen,
  notice: noticeScreen,
  recovery: recoveryScreen,
  reset: resetScreen,
} as const satisfies Record<string, Screen>;

export type ScreenName = keyof typeof screens;
