/** The fuzzing of the REST interface leaves no route out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { access } from '../../../appliance/web/access.table.ts';
import { routes } from './parsers/rest-routes.ts';

test('every route that is in the table of who may do what is asked something', () => {
  const asked = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  // It takes no input, and makes the same document each time.
  asked.add('GET /openapi.json');
  assert.deepEqual(
    Object.keys(access).filter((route) => !asked.has(route)),
    [],
  );
});
