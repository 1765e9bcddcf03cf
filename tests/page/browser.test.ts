/** The built page in Chromium: one build and one browser for many tests, a fresh context for each. */
import { describe } from 'node:test';
import { chromiumMissing } from '../helpers/browser.ts';
import { pageVisits } from '../helpers/page-visit.ts';
import { budgetTests } from './browser/budget.ts';
import { doorTests } from './browser/door.ts';
import { liveTests } from './browser/live.ts';
import { machineTests } from './browser/machine.ts';
import { overviewTests } from './browser/overview.ts';
import { peopleTests } from './browser/people.ts';

describe('the page in Chromium', { skip: chromiumMissing() }, () => {
  const visit = pageVisits();
  for (const tests of [budgetTests, doorTests, liveTests, machineTests, overviewTests, peopleTests])
    tests(visit);
});
