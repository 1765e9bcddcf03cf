/** What the page cannot do yet, by the rows of the table of threats. */
import { unbuilt } from './unbuilt.ts';

export const unbuiltAttacks = {
  'files-of-a-machine': unbuilt({
    threat: 16,
    about: 'names of files that lead elsewhere, in what a machine sends or is sent',
    by: 'A3',
    routes: ['GET /machines/:machine/files', 'POST /machines/:machine/files'],
  }),
  'packed-archive': unbuilt({
    threat: 17,
    about: 'an archive that writes beside its folder, or unpacks to more than there is room for',
    by: 'A3',
    routes: ['POST /restore', 'POST /backup', 'POST /updates', 'PUT /archive'],
  }),
  'shared-folder': unbuilt({
    threat: 18,
    about: 'filling the shared folder, and pages in it that a browser would run',
    by: 'A3',
    routes: ['GET /files', 'POST /files', 'GET /folder'],
  }),
  'order-by-rest': unbuilt({
    threat: 19,
    about: 'commands in the parameters of an order',
    by: 'A1',
    routes: [
      'GET /orders',
      'POST /orders',
      'POST /machines/:machine/orders',
      'POST /machines/:machine/restart',
    ],
  }),
  'update-by-rest': unbuilt({
    threat: 22,
    about: 'an update that is older, unsigned or signed by somebody else',
    by: 'A5',
    routes: ['GET /updates', 'POST /updates', 'PUT /update'],
  }),
  'formula-in-export': unbuilt({
    threat: 14,
    about: 'names that a spreadsheet takes for formulas, in an export',
    by: 'A3',
    routes: ['GET /machines/:machine/export', 'GET /export', 'GET /journal.csv', 'GET /machines.csv'],
  }),
  'pushed-json': unbuilt({
    threat: 9,
    about: 'values that no metric has, pushed as JSON',
    by: 'A3',
    routes: ['POST /push', 'POST /metrics', 'POST /machines/:machine/values'],
  }),
} as const;
