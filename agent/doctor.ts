/** `netmonitor-agent doctor`: goes down the discovery ladder rung by rung and says what each finds, or why it finds nothing. */
import { systemClock } from '../appliance/runtime/clock.ts';
import { Failure } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Around, Command } from './commands.ts';
import { type RungName, rungs } from './find/index.ts';
import { ownAddresses, ownSearchDomains } from './find/networks.ts';
import { opens } from './find/reach.ts';
import type { Candidate } from './find/rung.ts';
import type { AgentStatus } from './status.ts';
import type { Words } from './words.ts';

type Place = Candidate & { open: boolean; trusted: boolean };
type Step = { rung: RungName; places: Place[]; reasons: string[] };

/** What a person typed is looked at first, then what finds by itself. */
const walked = ['mdns', 'dns-sd', 'name', 'beacon', 'scan'] as const satisfies readonly RungName[];
const mostReasons = 3;

export const doctor: Command = async (around, { json, box }) => {
  const { words, terminal } = around;
  const now = await statusIfRunning(around);
  const say = (text: string) => json || terminal.print(text);
  say(`${words.doctorNetworks}: ${networks(words)}\n`);
  say(now === undefined ? `${words.notRunning}\n\n` : `${words.state}: ${words[now.state]}\n\n`);
  const steps: Step[] = [];
  for (const rung of box === undefined ? walked : (['typed'] as const)) {
    const step = await take(rung, box ?? '', now?.pin?.hash);
    steps.push(step);
    say(describe(step, words));
  }
  const reached = steps.some(({ places }) => places.some(({ open }) => open));
  if (json) terminal.print(`${JSON.stringify({ reached, steps })}\n`);
  else terminal.print(`\n${advice(steps, reached, now, words)}\n`);
  return reached ? 0 : 1;
};

async function statusIfRunning({ client }: Around): Promise<AgentStatus | undefined> {
  try {
    return (await client.get('/v1/status')) as AgentStatus;
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNAVAILABLE') return undefined;
    throw error;
  }
}

async function take(rung: RungName, box: string, trusted: string | undefined): Promise<Step> {
  const reasons: string[] = [];
  const options = { box, doorFile: '', discover: true, clock: systemClock, log: listener(reasons) };
  const { signal } = new AbortController();
  const places: Place[] = [];
  for await (const candidate of rungs[rung](options, signal))
    places.push({
      ...candidate,
      open: await opens(candidate, signal),
      trusted: trusted !== undefined && candidate.announcedHash === trusted,
    });
  return { rung, places, reasons: [...new Set(reasons)].slice(0, mostReasons) };
}

/** Rungs say why they found nothing to their log. */
function listener(reasons: string[]): Log {
  const hear = (message: string, fields: Record<string, unknown> = {}) => {
    const more = Object.values(fields).filter((value) => value !== undefined);
    reasons.push([message, ...more].join(' · '));
  };
  const log: Log = { error: hear, warn: hear, info: hear, debug: hear, child: () => log };
  return log;
}

function networks(words: Words): string {
  const addresses = [...ownAddresses('IPv4'), ...ownAddresses('IPv6')].map(
    ({ address, name }) => `${address} (${name})`,
  );
  const domains = ownSearchDomains();
  const found = addresses.length === 0 ? words.doctorNone : addresses.join(', ');
  return domains.length === 0 ? found : `${found}; DNS: ${domains.join(', ')}`;
}

function describe({ rung, places, reasons }: Step, words: Words): string {
  const title = `${rung.padEnd(8)} ${words[`doctor_${rung}`]}\n`;
  const lines = places.map((place) => {
    const key = place.announcedHash === undefined ? '' : `  ${words.boxKey} ${shortKey(place.announcedHash)}`;
    const trusted = place.trusted ? `  ${words.doctorTrusted}` : '';
    return `  ${place.open ? '+' : '!'} ${place.host} ${place.port}${key}${trusted}${place.open ? '' : `  ${words.doctorShut}`}\n`;
  });
  const why = places.length > 0 ? [] : [words.doctorNobody, ...reasons].map((reason) => `  - ${reason}\n`);
  return [title, ...lines, ...why].join('');
}

const shortKey = (hash: string) => hash.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');

function advice(
  steps: readonly Step[],
  reached: boolean,
  now: AgentStatus | undefined,
  words: Words,
): string {
  const shut = steps.some(({ places }) => places.some(({ open }) => !open));
  if (!reached) return shut ? words.doctorFirewall : words.doctorNothing;
  if (now === undefined) return words.doctorStart;
  if (now.state === 'sending') return words.doctorWell;
  return now.pin === null ? words.doctorPair : words.doctorOther;
}
