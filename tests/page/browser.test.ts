/** The built page in Chromium: one build and one browser for all of it, a fresh context for each test. */
import { describe } from 'node:test';
import { chromiumMissing } from '../helpers/browser.ts';
import { pageVisits } from '../helpers/page-visit.ts';
import { budgetTests } from './browser/budget.ts';
import { channelTests } from './browser/channels.ts';
import { doorTests } from './browser/door.ts';
import { incidentTests } from './browser/incidents.ts';
import { liveTests } from './browser/live.ts';
import { machineTests } from './browser/machine.ts';
import { overviewTests } from './browser/overview.ts';
import { peopleTests } from './browser/people.ts';
import { probeTests } from './browser/probes.ts';
import { ruleTests } from './browser/rules.ts';

describe('the page in Chromium', { skip: chromiumMissing() }, () => {
  const visit = pageVisits();
  const ofMachines = [budgetTests, doorTests, liveTests, machineTests, overviewTests, peopleTests];
  const ofTheWatch = [incidentTests, ruleTests, channelTests, probeTests];
  for (const tests of [...ofMachines, ...ofTheWatch]) tests(visit);
});
