/** Probes: what is checked from where, what came of it, and what kinds there are. */
import { type ProbeKind, probeKinds } from '../../protocol/probes/kinds.table.ts';
import type { ProbeState } from '../../watch/client/probes.ts';
import { reaches } from '../access.table.ts';
import { type App, actorOf, callerOf } from '../fastify.ts';
import {
  availability,
  newProbe,
  probeChange,
  probeKindList,
  probeParams,
  probeState,
  probes,
} from '../probe-schemas.ts';
import { isSecret, optionsOf, withoutSecrets } from '../probe-secrets.ts';
import { nothing } from '../schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['probes'];

export function probeRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/probe-kinds',
    {
      schema: {
        tags,
        summary: 'What kinds of probes there are, and their options',
        response: { 200: probeKindList },
      },
    },
    () => ({ kinds: Object.keys(probeKinds).map((kind) => kindInfo(kind as ProbeKind)) }),
  );

  app.get(
    '/probes',
    {
      schema: { tags, summary: 'All probes and how they are', response: { 200: probes } },
    },
    async (request) => ({ probes: (await watch.probes()).map((state) => shown(state, request)) }),
  );

  app.post(
    '/probes',
    {
      schema: {
        tags,
        summary: 'Make a probe; it begins within ten seconds',
        body: newProbe,
        response: { 200: probeState },
      },
    },
    (request) => watch.createProbe(request.body, actorOf(request)),
  );

  app.get(
    '/probes/:probe',
    {
      schema: {
        tags,
        summary: 'One probe and how it is',
        params: probeParams,
        response: { 200: probeState },
      },
    },
    async (request) => shown(await watch.probe(request.params.probe), request),
  );

  app.get(
    '/probes/:probe/availability',
    {
      schema: {
        tags,
        summary: 'How much of the time it was reached, and how fast',
        params: probeParams,
        response: { 200: availability },
      },
    },
    async (request) => ({ spans: await watch.probeAvailability(request.params.probe) }),
  );

  app.put(
    '/probes/:probe',
    {
      schema: {
        tags,
        summary: 'Change, start or stop a probe',
        description: 'What is left out stays as it is, options too; its kind cannot change.',
        params: probeParams,
        body: probeChange,
        response: { 200: probeState },
      },
    },
    (request) => watch.changeProbe(request.params.probe, request.body, actorOf(request)),
  );

  app.delete(
    '/probes/:probe',
    {
      schema: { tags, summary: 'Remove a probe', params: probeParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      await watch.removeProbe(request.params.probe, actorOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/probes/:probe/run',
    {
      schema: {
        tags,
        summary: 'Check it once more now',
        description:
          'Answers what was known before; the outcome comes as an event, or with the next question.',
        params: probeParams,
        response: { 200: probeState },
      },
    },
    async (request) => shown(await watch.runProbe(request.params.probe, actorOf(request)), request),
  );
}

/** Secrets are for those who may change them. */
function shown(state: ProbeState, request: Parameters<typeof callerOf>[0]): ProbeState {
  return reaches(callerOf(request).role, 'admin') ? state : withoutSecrets(state);
}

function kindInfo(kind: ProbeKind) {
  const options = optionsOf(kind).map(([name, option]) => ({
    ...{ name, type: option.type, about: option.about },
    ...(option.default === undefined ? {} : { default: option.default }),
    ...('min' in option ? { min: option.min } : {}),
    ...('max' in option ? { max: option.max } : {}),
    ...('choices' in option ? { choices: [...option.choices] } : {}),
    ...(isSecret(option) ? { secret: true } : {}),
  }));
  return { kind, about: probeKinds[kind].about, options };
}
