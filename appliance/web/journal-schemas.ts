/** The journal in the REST interface: what is asked, and what comes back. */
import * as T from 'typebox';
import { journalEntry } from './schemas.ts';

const nullable = <S extends T.TSchema>(schema: S) => T.Union([schema, T.Null()]);
const closed = { additionalProperties: false };

export const journalQuery = T.Object(
  {
    before: T.Optional(T.Integer({ minimum: 1, description: 'Entries with a smaller id: the next page.' })),
    limit: T.Optional(T.Integer({ minimum: 1, maximum: 500, description: '100 if not given.' })),
    kind: T.Optional(
      T.String({ maxLength: 64, description: 'A kind with those below it: machine, machine.state.' }),
    ),
    machine: T.Optional(T.Integer({ minimum: 1 })),
    text: T.Optional(
      T.String({ maxLength: 100, description: 'Parts of words that all occur, in either language.' }),
    ),
    from: T.Optional(T.Integer({ minimum: 0, description: 'From this time on. Milliseconds since 1970.' })),
    to: T.Optional(T.Integer({ minimum: 0, description: 'Before this time. Milliseconds since 1970.' })),
  },
  closed,
);

export const journalCleanupBody = T.Object(
  {
    beforeMs: T.Integer({
      minimum: 0,
      maximum: 2 ** 52,
      description: 'All up to the last entry that was dated before, by a clock that was known to be right.',
    }),
    preview: T.Boolean({ description: 'Only show what would be removed.' }),
  },
  closed,
);
export const journalPage = T.Object({
  entries: T.Array(journalEntry),
  more: nullable(T.Integer({ description: 'The `before` of the next page.' })),
  damaged: T.Optional(T.Array(T.Integer(), { description: 'Entries that cannot be read any more.' })),
});

export const journalCleanup = T.Object({
  entries: T.Integer(),
  firstId: nullable(T.Integer()),
  lastId: nullable(T.Integer()),
  fromMs: nullable(T.Number({ description: 'The earliest of them. Milliseconds since 1970.' })),
  toMs: nullable(T.Number({ description: 'The latest of them.' })),
  kinds: T.Record(T.String(), T.Integer(), { description: 'How many of each kind.' }),
  anchor: nullable(journalEntry),
});
