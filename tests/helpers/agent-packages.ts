/** Packages of the agent for this machine's kind, in which a line of shell stands for the 120 MB of Node. */

import type { AgentPackages } from '../../image/agents/packages.table.ts';
import { buildAgents } from '../../image/agents.ts';
import { repository } from './programs.ts';

/** Where the stand-in looks for the real one: a sandbox shows it there. */
export const shownNode = '/run/shown/node';

export function smallPackages(outDir: string): Promise<AgentPackages> {
  const binary = Buffer.from(`#!/bin/sh\nexec ${shownNode} "$@"\n`);
  return buildAgents({
    root: repository,
    outDir,
    only: [process.arch === 'arm64' ? 'linux-arm64' : 'linux-x64'],
    progress: () => undefined,
    nodeOf: async () => ({ version: process.versions.node, binary, license: Buffer.from('as it is') }),
  });
}
