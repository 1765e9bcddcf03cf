/** What esbuild has to be told about packages that cannot be bundled as they are. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** classic-level looks for its binary among the files of its package; in a bundle it lies beside the bundle. */
export function classicLevel(): Plugin {
  return {
    name: 'classic-level',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]classic-level[/\\]binding\.js$/ }, () => ({
        contents: "module.exports = require(require('node:path').join(__dirname, 'classic-level.node'));",
        loader: 'js',
      }));
    },
  };
}

/**
 * Node's own modules by `process.getBuiltinModule`. An `import` of them makes a namespace of all that they export, which
 * for node:http means loading the WebSocket and fetch that no daemon uses: 4 to 6 MB of private memory each. And each file
 * takes only the names that it uses: as CommonJS every importing file would get an object of its own with a function for
 * every name that the module exports, more than a megabyte a process.
 */
export function builtinsAsTheyAre(): Plugin {
  return {
    name: 'builtins-as-they-are',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind }) => {
        // What is loaded only sometimes is loaded as Node does it: of what stands for it here only `default` would be left.
        if (kind === 'dynamic-import') return { path, external: true };
        return {
          path,
          namespace: kind === 'require-call' ? 'required-builtin' : 'builtin',
          sideEffects: false,
        };
      });
      onLoad({ filter: /.*/, namespace: 'required-builtin' }, ({ path }) => ({
        contents: `module.exports = ${takenFrom(path)};`,
        loader: 'js',
      }));
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: [
          `const all = ${takenFrom(path)};`,
          'export default all;',
          // A name that nobody imports is left out, and what it stands for is not touched.
          ...namesOf(path).map((name) => `export const ${name} = /* @__PURE__ */ (() => all.${name})();`),
        ].join('\n'),
        loader: 'js',
      }));
    },
  };
}

function takenFrom(path: string): string {
  return `/* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)})`;
}

function namesOf(path: string): string[] {
  const names = Object.keys(process.getBuiltinModule(path) ?? {});
  return names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
}

/** A package that assigns to undeclared variables breaks in the strict mode of an ES module: it stays CommonJS. */
export function sloppyPackage(name: string): Plugin {
  const file = `${name}.cjs`;
  return {
    name: `sloppy-${name}`,
    setup({ initialOptions, onResolve, onStart }) {
      const outfile = join(initialOptions.outdir ?? '.', file);
      let used = false;
      onResolve({ filter: new RegExp(`^${name}$`) }, async () => {
        if (!used) {
          used = true;
          await build({ ...plain, entryPoints: [fromHere.resolve(name)], outfile });
        }
        return { path: `./${file}`, external: true };
      });
      onStart(() => {
        used = false;
      });
    },
  };
}

const fromHere = createRequire(import.meta.url);
const plain = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minify: true,
  logLevel: 'warning',
} as const;
