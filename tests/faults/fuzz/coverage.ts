/** Which branches of some sources have run, from V8's own counters. To be started before the sources are loaded. */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type Source = { ran: Uint8Array; branches: Map<string, number>; left: Map<number, number> };
type Counted = { startOffset: number; endOffset: number; count: number };

export class Coverage {
  readonly #session = new Session();
  readonly #sources = new Map<string, Source>();
  #leftOut: ReadonlySet<string> = new Set();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Counts from now on, and these sources only. Functions named in `leftOut` are left out, with all that is in them. */
  async watch(sources: readonly string[], leftOut: readonly string[]): Promise<void> {
    this.#leftOut = new Set(leftOut);
    for (const path of sources) {
      const size = readFileSync(`${root}${path}`, 'utf8').length;
      const url = pathToFileURL(`${root}${path}`).href;
      this.#sources.set(url, { ran: new Uint8Array(size + 1), branches: new Map(), left: new Map() });
    }
    await this.#session.post('Profiler.takePreciseCoverage');
  }

  async stop(): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** Adds what ran since the last call. When something was new, how to forget it again; else null. */
  async take(): Promise<(() => void) | null> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const fresh: { ran: Uint8Array; at: number }[] = [];
    for (const { url, functions } of result) {
      const source = this.#sources.get(url);
      if (source === undefined) continue;
      const ran = new Uint8Array(source.ran.length);
      for (const { functionName, ranges } of functions) {
        if (this.#leftOut.has(functionName)) source.left.set(ranges[0]!.startOffset, ranges[0]!.endOffset);
        for (const range of ranges) note(source, range, ran);
      }
      for (let at = 0; at < ran.length; at++) {
        if (ran[at] === 0 || source.ran[at] === 1) continue;
        source.ran[at] = 1;
        fresh.push({ ran: source.ran, at });
      }
    }
    if (fresh.length === 0) return null;
    return () => {
      for (const { ran, at } of fresh) ran[at] = 0;
    };
  }

  /** Branches that ran, of all that V8 tells apart, 0 to 1. */
  share(): number {
    const all = [...this.#sources.values()].flatMap(({ ran, branches }) =>
      [...branches.values()].map((start) => ran[start] === 1),
    );
    return all.length === 0 ? 0 : all.filter(Boolean).length / all.length;
  }

  /** Where the branches that never ran begin: `file:line`. */
  missing(): string[] {
    return [...this.#sources].flatMap(([url, { ran, branches }]) => {
      const text = readFileSync(fileURLToPath(url), 'utf8');
      const never = [...branches.values()].filter((start) => ran[start] === 0);
      const lines = never.map((start) => text.slice(0, start).split('\n').length);
      return [...new Set(lines)]
        .sort((a, b) => a - b)
        .map((line) => `${fileURLToPath(url).slice(root.length)}:${line}`);
    });
  }
}

/** Inner ranges come after those around them. The module itself is none, nor is what lies in a function that is left out. */
function note(source: Source, { startOffset, endOffset, count }: Counted, ran: Uint8Array): void {
  ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const isLeft = [...source.left].some(([from, to]) => startOffset >= from && endOffset <= to);
  if (startOffset > 0 && !isLeft) source.branches.set(`${startOffset}-${endOffset}`, startOffset);
}
