/** Reads JSON bodies: bounded in depth and keys, and without the keys that reach into prototypes. */
import type { App } from './fastify.ts';
import type { WebLimits } from './limits.ts';
import { Refusal } from './refusal.ts';

export function readJsonBodies(app: App, limits: Pick<WebLimits, 'jsonDepth' | 'jsonKeys'>): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body), limits));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** An empty body is none: many changes need no words. */
export function parseJson(text: string, limits: Pick<WebLimits, 'jsonDepth' | 'jsonKeys'>): unknown {
  if (text === '') return undefined;
  const value = parse(text);
  const level = [{ value, depth: 1 }];
  let keys = 0;
  for (let one = level.pop(); one; one = level.pop()) {
    if (typeof one.value !== 'object' || one.value === null) continue;
    const entries = Object.entries(one.value);
    keys += entries.length;
    if (one.depth > limits.jsonDepth || keys > limits.jsonKeys)
      throw new Refusal('BAD_REQUEST', 'tooDeep', { path: 'body' });
    for (const [key, inner] of entries) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw new Refusal('BAD_REQUEST', 'badJson', { path: 'body' });
      level.push({ value: inner, depth: one.depth + 1 });
    }
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal('BAD_REQUEST', 'badJson', { path: 'body', cause: error });
  }
}
