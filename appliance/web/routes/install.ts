/** How other computers come to this box, for programs and for the page's own views: what /get shows, as data. */
import * as T from 'typebox';
import type { App } from '../fastify.ts';
import { powerShellCommand, shellCommand } from '../get/commands.ts';
import type { ApiParts } from './parts.ts';

const agentPackage = T.Object({
  system: T.String(),
  arch: T.String(),
  kind: T.String(),
  file: T.String({ description: 'Below /get/packages/.' }),
  bytes: T.Integer(),
  sha256: T.String(),
});
const commands = T.Object({
  linux: T.String(),
  macos: T.String(),
  windows: T.String({ description: 'For a PowerShell of an administrator.' }),
});

export function installRoutes(app: App, { get }: ApiParts): void {
  app.get(
    '/install',
    {
      schema: {
        tags: ['enrolment'],
        summary: 'One line for each system that brings the agent onto it',
        description:
          'They name the keys of page and box. Options may follow, as --token=HEX. Null while the packages are not built.',
        response: {
          200: T.Object({ commands: T.Union([commands, T.Null()]), packages: T.Array(agentPackage) }),
        },
      },
    },
    async (request) => {
      const [box, list] = await Promise.all([get.reached(request), get.packages.list()]);
      if (box === undefined || list === undefined) return { commands: null, packages: list?.packages ?? [] };
      const shell = shellCommand(box);
      const lines = { linux: shell, macos: shell, windows: powerShellCommand(box) };
      return { commands: lines, packages: list.packages };
    },
  );
}
