/** The pages of the watch in Chromium: a file of their own, so that none of the two takes long. */
import { describe } from 'node:test';
import { chromiumMissing } from '../helpers/browser.ts';
import { pageVisits } from '../helpers/page-visit.ts';
import { channelTests } from './browser/channels.ts';
import { deviceTests } from './browser/devices.ts';
import { incidentTests } from './browser/incidents.ts';
import { probeTests } from './browser/probes.ts';
import { ruleTests } from './browser/rules.ts';

describe('the pages of the watch in Chromium', { skip: chromiumMissing() }, () => {
  const visit = pageVisits();
  for (const tests of [incidentTests, ruleTests, channelTests, probeTests, deviceTests]) tests(visit);
});
