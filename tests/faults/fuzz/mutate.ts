/** Mutations of inputs: of bytes, and of text that is JSON. Four of five inputs begin as something valid. */
import { mutateJson } from './mutate-json.ts';

export type Random = () => number;

const freshShare = 0.2;
const mostBytes = 65_536;
const strangeBytes = [0, 1, 2, 7, 0x0a, 0x22, 0x2d, 0x5b, 0x7b, 0x7f, 0x80, 0x81, 0xc0, 0xef, 0xfe, 0xff];

/** `textFrom` is the byte from which on inputs are text, if they are. */
export function inputFrom(
  corpus: readonly Uint8Array[],
  textFrom: number | undefined,
  random: Random,
): Uint8Array {
  const isText = textFrom !== undefined;
  if (random() < freshShare) return isText && random() < 0.5 ? noise(random, asText) : noise(random, asByte);
  const base = pick(corpus, random);
  if (isText && random() < 0.6) {
    const text = mutateJson(base.subarray(textFrom), random);
    if (text !== null) return joined(base.subarray(0, textFrom), text);
  }
  let bytes = base;
  for (let times = 1 + Math.floor(random() * random() * 8); times > 0; times--) {
    bytes = pick(mutations, random)(bytes, random, corpus);
  }
  return bytes.subarray(0, mostBytes);
}

type Mutation = (bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    return changed(bytes, random, (byte) => byte ^ (1 << Math.floor(random() * 8)));
  },
  function strangeByte(bytes, random) {
    return changed(bytes, random, () => pick(strangeBytes, random));
  },
  function nearByte(bytes, random) {
    return changed(bytes, random, (byte) => byte + Math.floor(random() * 9) - 4);
  },
  function anyByte(bytes, random) {
    return changed(bytes, random, () => asByte(random));
  },
  function fill(bytes, random) {
    const [from, to] = stretch(bytes, random);
    const copy = new Uint8Array(bytes);
    copy.fill(pick(strangeBytes, random), from, to);
    return copy;
  },
  function remove(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function repeat(bytes, random) {
    const [from, to] = stretch(bytes, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  function insert(bytes, random) {
    const [at] = stretch(bytes, random);
    return joined(bytes.subarray(0, at), noise(random, asByte, 16), bytes.subarray(at));
  },
  function cut(bytes, random) {
    return bytes.subarray(0, Math.floor(random() * (bytes.length + 1)));
  },
  function splice(bytes, random, corpus) {
    const other = pick(corpus, random);
    const [from, to] = stretch(other, random);
    const [at, until] = stretch(bytes, random);
    return joined(bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(until));
  },
  function largeNumber(bytes, random) {
    const [at] = stretch(bytes, random);
    const size = pick([1, 2, 4, 6, 8], random);
    const value = pick([0, 0x7f, 0x80, 0xff], random);
    return joined(bytes.subarray(0, at), new Uint8Array(size).fill(value), bytes.subarray(at + size));
  },
];

function changed(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const copy = new Uint8Array(bytes);
  const at = Math.floor(random() * copy.length);
  copy[at] = change(copy[at]!);
  return copy;
}

/** Mostly short, wherever it lies; beginnings matter more than what follows. */
function stretch(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = Math.floor(random() * (random() < 0.5 ? Math.min(bytes.length, 64) : bytes.length));
  const length = Math.ceil(random() * random() * Math.min(bytes.length - from, 256));
  return [from, from + length];
}

function noise(random: Random, one: (random: Random) => number, most = 512): Uint8Array {
  return Uint8Array.from({ length: Math.floor(random() * random() * most) }, () => one(random));
}

function asByte(random: Random): number {
  return Math.floor(random() * 256);
}

const alphabet = Buffer.from('{}[]",:0123456789.eE+-truefalsnl\\u \n=#\'abc_xyz/\u00e9', 'utf8');

function asText(random: Random): number {
  return pick(alphabet, random);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function pick<T>(from: ArrayLike<T>, random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
