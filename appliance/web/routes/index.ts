/** The nouns of the REST interface, one file each. */
import type { App } from '../fastify.ts';
import { accountRoutes } from './account.ts';
import { apiTokenRoutes } from './api-tokens.ts';
import { certificateRoutes } from './certificate.ts';
import { channelRoutes } from './channels.ts';
import { deviceRoutes } from './devices.ts';
import { enrolmentRoutes } from './enrolment.ts';
import { incidentRoutes } from './incidents.ts';
import { installRoutes } from './install.ts';
import { journalRoutes } from './journal.ts';
import { liveRoutes } from './live.ts';
import { machineRoutes } from './machines.ts';
import { onMachineRoutes } from './on-machine.ts';
import { panelRoutes } from './panel.ts';
import type { ApiParts } from './parts.ts';
import { peopleRoutes } from './people.ts';
import { probeRoutes } from './probes.ts';
import { resetRoutes } from './reset.ts';
import { ruleRoutes } from './rules.ts';
import { groupRoutes, scheduleRoutes } from './schedules.ts';
import { sessionRoutes } from './session.ts';
import { statusRoutes } from './status.ts';
import { waitingRoutes } from './waiting.ts';

export type Noun = (app: App, parts: ApiParts) => void;

const nouns = {
  session: sessionRoutes,
  account: accountRoutes,
  people: peopleRoutes,
  'api-tokens': apiTokenRoutes,
  certificate: certificateRoutes,
  machines: machineRoutes,
  'on-machine': onMachineRoutes,
  waiting: waitingRoutes,
  enrolment: enrolmentRoutes,
  install: installRoutes,
  incidents: incidentRoutes,
  rules: ruleRoutes,
  schedules: scheduleRoutes,
  groups: groupRoutes,
  probes: probeRoutes,
  devices: deviceRoutes,
  channels: channelRoutes,
  journal: journalRoutes,
  panel: panelRoutes,
  live: liveRoutes,
  reset: resetRoutes,
  status: statusRoutes,
} satisfies Record<string, Noun>;

export function addRoutes(app: App, parts: ApiParts): void {
  for (const add of Object.values(nouns)) add(app, parts);
}
