/** Finds the route of a request: fixed paths first, then patterns in the order of the table. */
import { Failure } from '../errors.ts';

export type Routed<R> = { route: R; params: Record<string, string> };

export function createRouter<R extends { method: string; path: string }>(
  routes: readonly R[],
): (method: string, pathname: string) => Routed<R> {
  const fixed = new Map<string, R>();
  const patterns: { route: R; segments: string[] }[] = [];
  for (const route of routes) {
    if (route.path.includes('/:')) patterns.push({ route, segments: route.path.split('/') });
    else fixed.set(`${route.method} ${route.path}`, route);
  }
  return (method, pathname) => {
    const route = fixed.get(`${method} ${pathname}`);
    if (route) return { route, params: {} };
    const segments = pathname.split('/');
    for (const pattern of patterns) {
      if (pattern.route.method !== method) continue;
      const params = match(pattern.segments, segments);
      if (params) return { route: pattern.route, params };
    }
    throw new Failure('NOT_FOUND', `there is no ${method} ${pathname} here`);
  };
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (wanted.startsWith(':')) {
      if (segment === '') return undefined;
      params[wanted.slice(1)] = decode(segment, wanted);
    } else if (wanted !== segment) return undefined;
  }
  return params;
}

function decode(segment: string, name: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new Failure('BAD_REQUEST', 'the address is not valid percent encoding', {
      cause: error,
      path: name,
    });
  }
}
