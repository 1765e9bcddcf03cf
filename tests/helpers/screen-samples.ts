/** The states in which every screen is drawn for goldens and for looking at them. */
import type { Waiting } from '../../appliance/ingest/client/types.ts';
import type { Machine, MachineState, Summary } from '../../appliance/store/client/types.ts';
import type { Incident } from '../../appliance/watch/client/types.ts';
import type { Holding } from '../../display/gestures.ts';
import type { ScreenName } from '../../display/screens/index.ts';
import type { Notice, View } from '../../display/screens/screen.ts';
import { emptyState, type Row, type State } from '../../display/state.ts';
import { type Language, type Say, speaker } from '../../display/words.ts';
import { incidentOf, nowMs } from './incident-samples.ts';

const minuteMs = 60_000;

export function machineRow(
  machine: number,
  name: string,
  state: MachineState,
  summary: Summary = {},
): Row & { machine: Machine } {
  const made: Machine = {
    machine,
    key: String(machine).padStart(64, '0'),
    name,
    state,
    stateSinceMs: nowMs - 6 * minuteMs,
    admittedMs: nowMs - 3 * 86_400_000,
    admittedBy: 'anne',
    local: machine === 1,
    facts: null,
    lastSampleMs: nowMs - 4000,
    run: null,
  };
  return { machine: made, tMs: nowMs - 4000, summary };
}

const box = machineRow(1, 'netmonitor-qkzt', 'up', {
  cpu: 0.07,
  memory: 0.31,
  disk: 0.22,
  temperature: 48.2,
});
const accounts = {
  cpu: 0.12,
  memory: 0.61,
  disk: 0.96,
  receiveBps: 1_240_000,
  transmitBps: 98_000,
  temperature: 41,
  uptimeS: 12 * 86_400,
};

function fleet(...others: Row[]): State['rows'] {
  return new Map([box, ...others].map((row) => [row.machine.machine, row]));
}

function many(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => machineRow(at + 2, `PC-${at + 2}`, 'up', { cpu: 0.1 }));
}

export function waitingMachine(changes: Partial<Waiting> = {}): Waiting {
  return {
    id: 'ab'.repeat(32),
    name: 'PC-COMPTA',
    address: '192.168.1.31',
    os: 'Windows 11',
    version: '0.1.0',
    sinceMs: nowMs - minuteMs,
    digits: null,
    machineAnswer: null,
    pinned: false,
    connected: true,
    earlier: [],
    ...changes,
  };
}

const internet = incidentOf(2, {
  ...{ machine: null, severity: 'critical', openedMs: nowMs - 2 * minuteMs },
  text: {
    en: 'The internet is unreachable: the router answers, the provider does not',
    fr: 'Internet est injoignable : le routeur répond, le fournisseur non',
  },
});
const marie = { who: 'Marie', note: '', atMs: nowMs, untilMs: null };
const wrongWith = (...all: Incident[]): Pick<State, 'incidents'> => ({
  incidents: new Map(all.map((one) => [one.id, one])),
});

const settled: State = {
  ...emptyState,
  rows: fleet(...many(37)),
  store: { is: 'here' },
  ingest: { is: 'here' },
  watch: { is: 'here' },
  web: { is: 'here' },
  door: {
    id: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    name: 'netmonitor-qkzt',
    host: 'netmonitor-qkzt.local',
    port: 7411,
    addresses: ['192.168.1.20'],
    waiting: 0,
    connected: 38,
    refusedConnections: 0,
  },
  address: {
    urls: ['https://netmonitor.local', 'https://192.168.1.20'],
    fingerprint: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
    certificateFingerprint: 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2',
    code: null,
    recovery: null,
  },
};

export type Sample = { name: string; screen: ScreenName; holding?: Holding; view(language: Language): View };

function sample(
  name: string,
  screen: ScreenName,
  state: Partial<State> = {},
  more: {
    machine?: number;
    incident?: number;
    busy?: boolean;
    notice?: (say: Say) => Notice;
    holding?: Holding;
  } = {},
): Sample {
  const waiting = state.waiting?.[0]?.id ?? null;
  return {
    name,
    screen,
    ...(more.holding && { holding: more.holding }),
    view: (language) => ({
      state: { ...settled, ...state },
      nowMs,
      language,
      say: speaker(language),
      machine: more.machine ?? null,
      incident: more.incident ?? null,
      waitingId: waiting,
      busy: more.busy ?? false,
      notice: more.notice?.(speaker(language)) ?? null,
    }),
  };
}

const away = { is: 'away', sinceMs: nowMs - 6 * minuteMs } as const;
const digits = '482913';
const accountsUp = { rows: fleet(...many(36), machineRow(50, 'ACCOUNTS-2', 'up', accounts)) };

export const samples: readonly Sample[] = [
  sample('overview-well', 'overview'),
  sample('overview-one', 'overview', { rows: fleet() }),
  sample('overview-resting', 'overview', {
    rows: fleet(...many(30), machineRow(70, 'PC-70', 'off'), machineRow(71, 'PC-71', 'asleep')),
  }),
  sample('overview-all-off', 'overview', { rows: new Map([[1, machineRow(1, 'PC-1', 'off')]]) }),
  sample('overview-silent', 'overview', { rows: fleet(...many(36), machineRow(50, 'ACCOUNTS-2', 'silent')) }),
  sample('overview-gone', 'overview', { rows: fleet(...many(36), machineRow(50, 'ACCOUNTS-2', 'vanished')) }),
  sample('overview-vanished', 'overview', {
    watch: { is: 'never' },
    rows: fleet(...many(36), machineRow(50, 'ACCOUNTS-2', 'vanished')),
  }),
  sample('overview-several-vanished', 'overview', {
    watch: { is: 'never' },
    rows: fleet(
      ...many(30),
      machineRow(50, 'PC-COMPTABILITÉ', 'vanished'),
      machineRow(51, 'ATELIER', 'vanished'),
      machineRow(52, 'ACCUEIL', 'vanished'),
    ),
  }),
  sample('overview-stale', 'overview', { store: away }),
  sample('overview-watch-away', 'overview', { watch: away }),
  sample('overview-no-watch', 'overview', { watch: { is: 'never' } }),
  sample('overview-problem', 'overview', { ...accountsUp, ...wrongWith(incidentOf(1)) }),
  sample('overview-problems', 'overview', {
    ...{ ...accountsUp, ...wrongWith(incidentOf(1), internet, incidentOf(3, { cause: 2 }), incidentOf(4)) },
  }),
  sample('overview-many-problems', 'overview', {
    ...accountsUp,
    ...wrongWith(...Array.from({ length: 12 }, (_, at) => incidentOf(at + 1))),
  }),
  sample('overview-problem-stale', 'overview', { ...accountsUp, ...wrongWith(incidentOf(1)), watch: away }),
  sample('overview-known', 'overview', {
    ...{ ...accountsUp, ...wrongWith(incidentOf(1, { state: 'acknowledged', acknowledged: marie })) },
  }),
  sample('overview-minor', 'overview', { ...accountsUp, ...wrongWith(incidentOf(1, { severity: 'low' })) }),
  sample('incident', 'incident', { ...accountsUp, ...wrongWith(incidentOf(1)) }),
  sample('incident-cause', 'incident', {
    ...{ ...accountsUp, ...wrongWith(incidentOf(1), internet, incidentOf(3, { cause: 2 })) },
  }),
  sample(
    'incident-known',
    'incident',
    { ...accountsUp, ...wrongWith(internet, incidentOf(1, { state: 'acknowledged', acknowledged: marie })) },
    { incident: 1 },
  ),
  sample(
    'incident-unknown',
    'incident',
    { ...accountsUp, ...wrongWith(incidentOf(1, { verdict: 'unknown' })) },
    { holding: { is: 'armed' } },
  ),
  sample('incident-stale', 'incident', { ...accountsUp, ...wrongWith(internet), watch: away }),
  sample('overview-waiting', 'overview', { waiting: [waitingMachine()] }),
  sample('overview-starting', 'overview', { store: { is: 'never' }, rows: new Map() }),
  sample('overview-nobody', 'overview', { rows: new Map() }),
  sample(
    'machine-up',
    'machine',
    { rows: fleet(machineRow(50, 'ACCOUNTS-2', 'up', accounts)) },
    { machine: 50 },
  ),
  sample(
    'machine-vanished',
    'machine',
    { rows: fleet(machineRow(50, 'ACCOUNTS-2', 'vanished', accounts)) },
    { machine: 50 },
  ),
  sample(
    'machine-stale',
    'machine',
    { rows: fleet(machineRow(50, 'ACCOUNTS-2', 'up', accounts)), store: away },
    { machine: 50 },
  ),
  sample('waiting-who', 'waiting', { waiting: [waitingMachine()] }),
  sample('waiting-away', 'waiting', { waiting: [waitingMachine({ connected: false })] }),
  sample('waiting-drawing', 'waiting', { waiting: [waitingMachine()] }, { busy: true }),
  sample('waiting-digits', 'waiting', { waiting: [waitingMachine({ digits })] }),
  sample('waiting-digits-pinned', 'waiting', { waiting: [waitingMachine({ digits, pinned: true })] }),
  sample(
    'waiting-digits-yes',
    'waiting',
    { waiting: [waitingMachine({ digits, machineAnswer: 'yes' })] },
    { holding: { is: 'armed' } },
  ),
  sample('waiting-digits-no', 'waiting', { waiting: [waitingMachine({ digits, machineAnswer: 'no' })] }),
  sample('address', 'address'),
  sample('address-unknown', 'address', { address: null }),
  sample('code', 'code', { address: { ...settled.address!, code: '7QK-4MD' } }),
  sample('code-port', 'code', {
    address: {
      urls: ['https://192.168.1.20:8443', 'https://netmonitor-qkzt.local:8443', 'https://localhost:8443'],
      ...{ fingerprint: '', certificateFingerprint: '', recovery: null },
      code: '7QK-4MD',
    },
  }),
  sample('address-port', 'address', {
    address: {
      urls: ['https://192.168.1.20:8443', 'https://netmonitor-qkzt.local:8443', 'https://localhost:8443'],
      ...{ fingerprint: '', certificateFingerprint: '', recovery: null },
      code: null,
    },
  }),
  sample('address-picture', 'address-picture'),
  sample('address-picture-unknown', 'address-picture', { address: null }),
  sample('page-certificate', 'page-certificate'),
  sample('page-key', 'page-key'),
  sample('page-key-picture', 'page-key-picture'),
  sample('box-key', 'box-key'),
  sample('box-key-picture', 'box-key-picture', {}, { holding: { is: 'armed' } }),
  sample('admit-all', 'admit-all'),
  sample('admit-all-open', 'admit-all', {
    openHouse: { endsMs: nowMs + 432_000, admitted: 17, most: 100 },
  }),
  sample(
    'notice-good',
    'notice',
    {},
    {
      notice: (say) => ({
        good: true,
        title: say('admitted'),
        text: say('admittedUnanswered', 'PC-COMPTA', 4),
      }),
    },
  ),
  sample(
    'notice-bad',
    'notice',
    {},
    {
      notice: (say) => ({ good: false, title: say('failed'), text: say('failConflict') }),
    },
  ),
  sample('recovery', 'recovery', { address: { ...settled.address!, recovery: '7QK-4MD' } }),
  sample('reset', 'reset'),
  sample('reset-begun', 'reset', {}, { busy: true }),
  sample('recovery-drawing', 'recovery', {}, { busy: true }),
  sample('recovery-hidden', 'recovery'),
  sample('countdown', 'overview', {}, { holding: { is: 'countdown', seconds: 4 } }),
];
