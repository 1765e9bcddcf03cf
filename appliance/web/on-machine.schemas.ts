/** What runs on a machine, as REST shows it. */
import * as T from 'typebox';
import { limits } from '../protocol/limits.ts';
import { serviceStates } from '../protocol/services.ts';
import { closed, nullable, timeMs } from './schemas.ts';

export const serviceList = T.Object({
  toldMs: nullable(timeMs('When one of them changed last; null: it never told any.')),
  services: T.Array(
    T.Object({
      name: T.String(),
      label: T.Optional(T.String({ description: 'What people call it.' })),
      state: T.Enum([...serviceStates], {
        description:
          '`done` has ended well and counts as active, `restarting` has failed and is about to be started again, `stopped` is meant to run or ran before.',
      }),
      sinceMs: T.Optional(timeMs('Since when it is in this state.')),
    }),
  ),
  left: T.Integer({ description: 'How many more the machine has.' }),
});

export const processes = T.Object({
  off: T.Boolean({ description: 'The owner of the machine does not want them to be told.' }),
  overMs: nullable(T.Number({ description: 'How long the use of the processor was measured.' })),
  processes: T.Array(
    T.Object({
      pid: T.Integer(),
      name: T.String(),
      cpu: T.Optional(T.Number({ description: 'Cores that it kept busy.' })),
      memoryBytes: T.Optional(T.Integer()),
      arguments: T.Optional(
        T.String({ description: 'Only where the owner of the machine wants them to be told.' }),
      ),
    }),
    { description: 'The first by processor and the first by memory.' },
  ),
});

export const noticeBody = T.Object(
  { text: T.String({ minLength: 1, maxLength: limits.noticeLength }) },
  closed,
);
