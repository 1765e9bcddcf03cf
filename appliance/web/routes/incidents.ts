/** What is wrong, what was, and the word of a person who knows. */
import { type App, actorOf } from '../fastify.ts';
import { acknowledgeBody, incident, incidentPage, incidentParams, incidentQuery } from '../watch-schemas.ts';
import type { ApiParts } from './parts.ts';

const tags = ['incidents'];

export function incidentRoutes(app: App, { watch }: ApiParts): void {
  app.get(
    '/incidents',
    {
      schema: {
        tags,
        summary: 'What is wrong now, or ever was, newest first',
        querystring: incidentQuery,
        response: { 200: incidentPage },
      },
    },
    ({ query }) => watch.incidents(query),
  );

  app.get(
    '/incidents/:incident',
    { schema: { tags, summary: 'One incident', params: incidentParams, response: { 200: incident } } },
    ({ params }) => watch.incident(params.incident),
  );

  app.post(
    '/incidents/:incident/acknowledge',
    {
      schema: {
        tags,
        summary: 'Say that you know',
        description: 'It is told no more until it is over, or until the time that is named.',
        params: incidentParams,
        body: acknowledgeBody,
        response: { 200: incident },
      },
    },
    (request) => {
      const { note = '', untilMs = null } = request.body;
      return watch.acknowledge(request.params.incident, { note, untilMs }, actorOf(request));
    },
  );

  app.post(
    '/incidents/:incident/release',
    {
      schema: {
        tags,
        summary: 'Take the acknowledgement back',
        params: incidentParams,
        response: { 200: incident },
      },
    },
    (request) => watch.release(request.params.incident, actorOf(request)),
  );
}
