/** What the made-up box answers of its watch: incidents, rules, timetables, groups, channels, deliveries, probes. */
import { probeKinds } from '../../appliance/protocol/probes/kinds.table.ts';
import type {
  AvailabilitySpan,
  Channel,
  Group,
  Rule,
  Schedule,
} from '../../appliance/watch/client/client.ts';
import { notifiers } from '../../appliance/watch/notifiers/index.ts';
import { ruleKinds } from '../../appliance/watch/rules/index.ts';
import type { Answer } from './page-answers.ts';
import { type SampleWatch, sampleChannel, sampleProbe, sampleRules } from './page-watch-sample.ts';

type Request = {
  box: { watch: SampleWatch; nowMs(): number };
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown> | null;
};

const ok = (value: unknown): Answer => ({ status: 200, value });
const done: Answer = { status: 204 };
const refuse = (status: number, code: string, message: string, path?: string): Answer => ({
  status,
  value: { error: { code, message, ...(path === undefined ? {} : { path }) } },
});
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const spans = (): AvailabilitySpan[] => [
  { span: '24h', share: 0.98611, knownS: 86_400, unknownS: 0, meanS: 0.033, highestS: 0.8 },
  { span: '7d', share: 0.99987, knownS: 600_000, unknownS: 4_800, meanS: 0.035, highestS: 2.1 },
  { span: '30d', share: 1, knownS: 1_000_000, unknownS: 1_592_000, meanS: 0.034, highestS: 2.1 },
  { span: '365d', share: null, knownS: 0, unknownS: 31_536_000, meanS: null, highestS: null },
];

export function watch(request: Request): Answer | null {
  const { box, method, path, body } = request;
  const [, noun = '', id = '', verb = ''] = path.split('/');
  const all = box.watch;
  if (noun === 'incidents') return incidents(request, Number(id), verb);
  if (noun === 'rules') return rules(request, id, verb);
  if (noun === 'probes') return probes(request, id, verb);
  if (noun === 'probe-kinds') return ok({ kinds: kindsOfProbes() });
  if (noun === 'deliveries') return ok({ deliveries: all.deliveries });
  if (noun === 'schedules') {
    if (method === 'GET') return ok({ schedules: all.schedules });
    if (method === 'DELETE') return done;
    all.schedules = [...all.schedules, { ...(body as Omit<Schedule, 'id'>), id: 'made2345' }];
    return ok(all.schedules.at(-1));
  }
  if (noun === 'groups') {
    if (method === 'GET') return ok({ groups: all.groups });
    if (method === 'DELETE') return done;
    all.groups = [...all.groups, { ...(body as Omit<Group, 'id'>), id }];
    return ok(all.groups.at(-1));
  }
  if (noun !== 'channels') return null;
  if (id === 'mail-offer') return offerFor(String(body?.host));
  if (verb === 'test') return ok(testOf(all.channels.find((one) => one.id === id)));
  if (method === 'GET') return ok({ kinds: kindsOfChannels(), channels: all.channels });
  if (method === 'DELETE') return done;
  if ((body as { options?: { port?: number } } | null)?.options?.port === 25)
    return refuse(400, 'BAD_REQUEST', 'The server does not take mail at this port.', 'channel.options.port');
  const { secrets = {}, ...said } = body as never as Channel & { secrets?: object };
  const made = sampleChannel(id === '' ? 'made2345' : id, '', '', { ...said, secrets: Object.keys(secrets) });
  all.channels = [...all.channels.filter((one) => one.id !== made.id), made];
  return ok(made);
}

/** Of `example.org` a good server, of `lan.example` one of its own, of others none. */
function offerFor(address: string): Answer {
  const domain = address.slice(address.indexOf('@') + 1);
  if (domain === 'here.example')
    return refuse(400, 'BAD_REQUEST', 'here.example leads to 127.0.0.1, which is this box itself', 'host');
  const host = `smtp.${domain}`;
  const tried = [host, `mail.${domain}`, domain];
  const silent = (port: number, words = 'connect ECONNREFUSED 192.0.2.7') => ({
    ...{ port, answers: false, security: null, words, fingerprint: null, names: [], doubt: null },
  });
  if (domain !== 'example.org' && domain !== 'lan.example')
    return ok({ host, tried, suggestion: null, answers: [587, 465, 25].map((port) => silent(port)) });
  const isOwn = domain === 'lan.example';
  const doubt = isOwn ? 'DEPTH_ZERO_SELF_SIGNED_CERT' : null;
  const fingerprint = 'cd'.repeat(32);
  const good = { port: 587, answers: true, security: 'starttls', words: `220 ${host}`, names: [host] };
  return ok({
    ...{
      host,
      tried,
      answers: [{ ...good, fingerprint, doubt }, silent(465), silent(25, 'no answer in time')],
    },
    suggestion: { port: 587, security: 'starttls', fingerprint: isOwn ? fingerprint : null },
  });
}

function testOf(found: Channel | undefined) {
  if (found?.kind !== 'mail' || found.options.fingerprint !== undefined)
    return { delivered: true, words: '250 2.0.0 Ok: queued as 4F3', texts: null, fingerprint: null };
  const words = 'the certificate is not trusted: self-signed certificate';
  const texts = { en: words, fr: 'le certificat n’inspire pas confiance : self-signed certificate' };
  return { delivered: false, words, texts, fingerprint: 'ab'.repeat(32) };
}

function incidents({ box, method, query, body }: Request, id: number, verb: string): Answer {
  const all = box.watch.incidents;
  if (Number.isNaN(id) || id === 0) {
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
    const fits = all.filter(
      (one) => one.id < before && (query.get('state') === 'all' || one.state !== 'resolved'),
    );
    const page = fits.slice(0, Number(query.get('limit') ?? 100));
    return ok({ incidents: page, more: page.length < fits.length ? (page.at(-1)?.id ?? null) : null });
  }
  const found = all.find((one) => one.id === id);
  if (found === undefined) return refuse(404, 'NOT_FOUND', `there is no incident ${id}`, 'incident');
  if (method === 'GET') return ok(found);
  const acknowledged =
    verb === 'release'
      ? null
      : { who: 'anne', atMs: box.nowMs(), ...(body as { note: string; untilMs: number | null }) };
  const state = acknowledged === null ? ('open' as const) : ('acknowledged' as const);
  const next = { ...found, acknowledged, state, revision: found.revision + 1 };
  box.watch.incidents = all.map((one) => (one.id === id ? next : one));
  return ok(next);
}

function rules({ box, method, body }: Request, id: string, verb: string): Answer {
  const all = box.watch;
  const kinds = Object.entries(ruleKinds).map(([kind, { about, options }]) => ({ kind, about, options }));
  if (id === '' && method === 'GET') return ok({ kinds, rules: all.rules });
  if (id === 'preview') {
    const { rule } = body as { rule: { kind: string; options: { metric?: string } } };
    const strange = rule.options.metric?.startsWith('nothing') === true;
    const text = { en: 'LIBRARY: CPU at 97 % (limit 90 %)', fr: 'LIBRARY : Processeur à 97 % (limite 90 %)' };
    const atMs = box.nowMs() - 20 * hourMs;
    const found = { subject: '', openedMs: atMs, resolvedMs: atMs + 25 * minuteMs, text, evidence: {} };
    return ok({
      ...{ fromMs: box.nowMs() - 7 * dayMs, toMs: box.nowMs(), stepMs: minuteMs },
      probes: [],
      machines: [{ machine: 5, series: strange ? 0 : 1, incidents: strange ? [] : [found, found] }],
      warnings: strange
        ? [{ en: 'No machine has this metric.', fr: 'Aucune machine n’a cette mesure.' }]
        : [],
    });
  }
  if (id === '') {
    const made = { ...sampleRules()[0]!, ...body, id: 'made2345', builtIn: false } as Rule;
    all.rules = [...all.rules, { ...made, name: { en: String(body?.name), fr: String(body?.name) } }];
    return ok(made);
  }
  if (method === 'DELETE') return done;
  const scope = decodeURIComponent(verb);
  all.rules = all.rules.map((one) => {
    if (one.id !== id) return one;
    return scope === 'all'
      ? { ...one, ...(body as Partial<Rule>) }
      : { ...one, overrides: { ...one.overrides, [scope]: body ?? {} } };
  });
  return ok(all.rules.find((one) => one.id === id));
}

function probes({ box, method, body }: Request, id: string, verb: string): Answer {
  const all = box.watch;
  if (id === '' && method === 'GET') return ok({ probes: all.probes });
  if (id === '') {
    const { options } = body as { options: { host?: string } };
    if (options.host === '-x')
      return refuse(400, 'BAD_REQUEST', 'The name of a target does not begin with -.', 'probe.options.host');
    const made = sampleProbe('made2345', String(body?.name));
    made.probe = { ...made.probe, ...(body as object) };
    all.probes = [...all.probes, made];
    return ok(made);
  }
  const found = all.probes.find(({ probe }) => probe.id === id);
  if (found === undefined) return refuse(404, 'NOT_FOUND', `there is no probe ${id}`, 'probe');
  if (verb === 'availability') return ok({ spans: spans() });
  if (method === 'DELETE') return done;
  if (method !== 'PUT') return ok(found);
  const next = { ...found, probe: { ...found.probe, ...(body as object) } };
  all.probes = all.probes.map((one) => (one === found ? next : one));
  return ok(next);
}

const kindsOfProbes = () =>
  Object.entries(probeKinds).map(([kind, { about, options }]) => ({
    ...{ kind, about },
    options: Object.entries(options).map(([name, { ...option }]) => ({
      name,
      ...option,
      pattern: undefined,
    })),
  }));

const kindsOfChannels = () =>
  Object.entries(notifiers).map(([kind, { about, fields }]) => ({
    ...{ kind, about },
    fields: Object.entries(fields).map(([name, field]) => ({
      ...{ name, about: field.about, isSecret: field.isSecret === true, type: field.type ?? 'text' },
      ...{ choices: field.choices ?? [], isOptional: field.isOptional === true, hint: field.hint ?? null },
    })),
  }));
