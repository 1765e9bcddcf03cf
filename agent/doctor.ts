/** `netmonitor-agent doctor`: goes down the discovery ladder rung by rung and says what each finds, or why it finds nothing. */
import { join } from 'node:path';
import { systemClock } from '../appliance/runtime/clock.ts';
import { loadConfig } from '../appliance/runtime/config.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Around, Command } from './commands.ts';
import { agentConfig, looksOf } from './config.ts';
import { type DoctorWords, doctorWords } from './doctor-words.table.ts';
import { createDoorAsker, type Shown } from './find/door-key.ts';
import { namedBy, type RungName, rungs } from './find/index.ts';
import { isPrivate, ownAddresses, ownSearchDomains } from './find/networks.ts';
import type { Candidate } from './find/rung.ts';
import { Pins } from './pins.ts';
import type { AgentStatus, Looks } from './status.ts';
import { speaksFrench } from './words.ts';

/** `key` is what the door itself showed; `open` says that one did. */
type Place = Candidate & { open: boolean; trusted: boolean; key?: string; problem?: string };
/** `taken`: the agent goes this way itself. `why`: for people; `reasons`: what the system said. */
type Step = { rung: RungName; taken: boolean; places: Place[]; why: string[]; reasons: string[] };
/** What the agent is told, by itself while it runs, else by its file. */
type Told = { status?: AgentStatus; looks: Looks; trusted?: string; problem?: string };
type Ask = (place: Candidate, signal: AbortSignal) => Promise<Shown>;

const mostReasons = 3;
const everyRung = Object.keys(rungs) as RungName[];
/** What these find stands in the configuration; all others ask the network. */
const configured: Partial<Record<RungName, keyof Looks>> = {
  typed: 'box',
  'door-file': 'doorFile',
  installer: 'seen',
};

export const doctor: Command = async (around, { json, box }) => {
  const words = doctorWords(speaksFrench(around.environment.locale));
  const say = (text: string) => json || around.terminal.print(text);
  const told = await toldBy(around);
  const { status, problem } = told;
  const state = status === undefined ? words.notRunning : around.words[status.state];
  say(`${words.here}${networks(words)}\n${words.running}${state}\n`);
  say(problem === undefined ? '\n' : `! ${problem}\n\n`);
  const looks = box === undefined ? told.looks : { ...told.looks, box };
  const o = { looks, trusted: told.trusted, words, asker: createDoorAsker(systemClock) };
  const ways = box === undefined ? everyRung : (['typed'] as const);
  const steps: Step[] = [];
  // All at once, told in their order: none waits for another, and some take seconds to find nobody.
  for (const taking of ways.map((rung) => take(rung, o))) {
    const step = await taking;
    steps.push(step);
    say(describe(step, words, told.trusted));
  }
  const reached = steps.some(({ taken, places }) => taken && places.some(({ open }) => open));
  if (json) around.terminal.print(`${JSON.stringify({ reached, ...(problem && { problem }), steps })}\n`);
  else around.terminal.print(`\n${words[advice(steps, reached, told)]}\n`);
  return reached ? 0 : 1;
};

async function toldBy({ client, environment }: Around): Promise<Told> {
  try {
    const status = (await client.get('/v1/status')) as AgentStatus;
    return { status, looks: status.looks, ...(status.pin && { trusted: status.pin.hash }) };
  } catch (error) {
    // It does not run, or this user may not ask it: then its file says where it would look.
    if (!(error instanceof Failure) || !['UNAVAILABLE', 'FORBIDDEN'].includes(error.code)) throw error;
  }
  try {
    const { config, places } = loadConfig({
      ...{ daemon: 'agent', table: agentConfig, environment: { ...environment, argv: [] } },
    });
    const savedFile = join(places.stateDir, 'box.json');
    const pins = { typed: config.box_hash.toLowerCase(), doorFile: config.door_file, savedFile };
    const pin = await new Pins({ ...pins, log: listener([]) }).current();
    return { looks: looksOf(config), ...(pin && { trusted: pin.hash }) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { looks: { box: '', doorFile: '', discover: true, seen: '' }, problem: messageOf(error) };
  }
}

async function take(
  rung: RungName,
  o: { looks: Looks; trusted: string | undefined; words: DoctorWords; asker: Ask },
): Promise<Step> {
  const { looks, words } = o;
  const reasons: string[] = [];
  const { signal } = new AbortController();
  // The doctor looks also where the agent may not.
  const options = { ...looks, discover: true, clock: systemClock, log: listener(reasons) };
  const found: Candidate[] = [];
  try {
    for await (const candidate of rungs[rung](options, signal)) found.push(candidate);
  } catch (error) {
    reasons.push(messageOf(error));
  }
  const places = await Promise.all(
    found.map(async (candidate): Promise<Place> => {
      const shown = await o.asker(candidate, signal);
      const open = 'key' in shown;
      return { ...candidate, open, trusted: open && shown.key === o.trusted, ...shown };
    }),
  );
  const why = [...notTaken(rung, looks, words), ...(places.length > 0 ? [] : [whyNone(rung, looks, words)])];
  const taken = notTaken(rung, looks, words).length === 0 && !isUnset(rung, looks);
  return { rung, taken, places, why, reasons: [...new Set(reasons)].slice(0, mostReasons) };
}

const isUnset = (rung: RungName, looks: Looks): boolean => {
  const key = configured[rung];
  return key !== undefined && looks[key] === '';
};

/** Why the agent itself does not look there, though the doctor does. */
function notTaken(rung: RungName, looks: Looks, words: DoctorWords): string[] {
  if (isUnset(rung, looks)) return [];
  const named = namedBy(looks);
  if (named !== null)
    return named === rung ? [] : [words[named === 'typed' ? 'named_typed' : 'named_door-file']];
  return looks.discover ? [] : [words.discoverOff];
}

function whyNone(rung: RungName, looks: Looks, words: DoctorWords): string {
  if (isUnset(rung, looks) && (rung === 'typed' || rung === 'door-file' || rung === 'installer'))
    return words[`unset_${rung}`];
  if (rung === 'dns-sd' && ownSearchDomains().length === 0) return words.why_noDomains;
  if (rung === 'scan' && !ownAddresses('IPv4').some(({ address }) => isPrivate(address)))
    return words.why_noPrivate;
  return words[`why_${rung}`];
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

function networks(words: DoctorWords): string {
  const addresses = [...ownAddresses('IPv4'), ...ownAddresses('IPv6')].map(
    ({ address, name }) => `${address} (${name})`,
  );
  const domains = ownSearchDomains();
  const found = addresses.length === 0 ? words.noNetwork : addresses.join(', ');
  return domains.length === 0 ? found : `${found}; DNS: ${domains.join(', ')}`;
}

function describe(
  { rung, taken, places, why, reasons }: Step,
  words: DoctorWords,
  trusted: string | undefined,
): string {
  const unused = taken || why.length === 0 || places.length === 0 ? '' : ` (${words.notTaken})`;
  const lines = places.map(({ host, port, key, problem, ...place }) => {
    const whose = place.trusted ? words.trusted : words.other;
    const shown = key === undefined ? problem : `${words.key} ${shortKey(key)}${trusted ? `  ${whose}` : ''}`;
    return `  ${place.open ? '+' : '!'} ${host} ${port}  ${shown}\n`;
  });
  const said = places.length > 0 ? [] : reasons;
  const more = [...why, ...said].map((reason) => `  - ${reason}\n`);
  return [`${rung.padEnd(9)} ${words[`what_${rung}`]}${unused}\n`, ...lines, ...more].join('');
}

const shortKey = (hash: string) => hash.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');

function advice(
  steps: readonly Step[],
  reached: boolean,
  { status, looks, trusted }: Told,
): keyof DoctorWords {
  const places = steps.flatMap((step) => step.places.map((place) => ({ ...place, taken: step.taken })));
  const open = places.filter((place) => place.open);
  if (!reached) {
    if (open.length > 0) return namedBy(looks) === null ? 'discover' : 'byName';
    if (places.length === 0) return 'nothing';
    return steps.some((step) => !(step.rung in configured) && step.places.length > 0)
      ? 'firewall'
      : 'notThere';
  }
  if (status === undefined) return 'start';
  if (status.state === 'sending') return 'well';
  if (trusted === undefined) return 'pair';
  if (status.state === 'waiting') return 'admit';
  return open.some((place) => place.trusted) ? 'refused' : 'stranger';
}
