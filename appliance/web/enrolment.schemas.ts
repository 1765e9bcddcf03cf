/** The nouns of enrolment over REST. */
import * as T from 'typebox';

export { nothing } from './schemas.ts';

const closed = { additionalProperties: false };

export const openHouse = T.Object({
  leftMs: T.Number({ description: 'Milliseconds until it ends by itself.' }),
  admitted: T.Integer(),
  most: T.Integer({ description: 'It ends earlier when so many have come in.' }),
  by: T.String(),
});
export const openHouseState = T.Object({ openHouse: T.Union([openHouse, T.Null()]) });

const clone = T.Object({
  machine: T.Integer(),
  name: T.String(),
  sinceMs: T.Number(),
  addresses: T.Array(T.String(), { description: 'Where the two were heard.' }),
});
export const clones = T.Object({ clones: T.Array(clone) });

const tokenFields = {
  id: T.String({ description: 'Names the token; useless to a thief.' }),
  label: T.String(),
  uses: T.Integer({ description: 'How many machines it admits.' }),
  left: T.Integer(),
  createdMs: T.Number(),
  expiresMs: T.Number(),
  expired: T.Boolean(),
  by: T.String(),
};
const enrolmentToken = T.Object(tokenFields);
export const enrolmentTokens = T.Object({ tokens: T.Array(enrolmentToken) });
export const enrolmentTokenMade = T.Object({
  ...tokenFields,
  token: T.String({ description: '32 hexadecimal digits, told this once.' }),
});
export const enrolmentTokenWanted = T.Object(
  {
    uses: T.Optional(T.Integer({ minimum: 1, maximum: 1000, description: '1 if not given.' })),
    hours: T.Optional(T.Integer({ minimum: 1, maximum: 720, description: '24 if not given.' })),
    label: T.Optional(T.String({ maxLength: 100 })),
  },
  closed,
);
export const enrolmentTokenParams = T.Object({ id: T.String({ pattern: '^[0-9a-f]{12}$' }) });
export const wantedBody = T.Object({ text: T.String({ maxLength: 64 }) }, closed);
