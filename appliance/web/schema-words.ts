/** What a schema has against a value, for who typed it: in English as TypeBox says it, in French here. */
import type { Texts } from '../runtime/errors.ts';

export type SchemaError = { keyword: string; message?: string; params: object };

type Params = {
  limit?: number | bigint;
  allowedValues?: unknown[];
  allowedValue?: unknown;
  type?: string | string[];
  format?: string;
};

const types: Readonly<Record<string, string>> = {
  ...{ string: 'un texte', number: 'un nombre', integer: 'un nombre entier', boolean: 'true ou false' },
  ...{ array: 'une liste', object: 'un objet', null: 'null' },
};

const french: Readonly<Record<string, (params: Params) => string>> = {
  minLength: ({ limit }) => `il faut au moins ${limit} caractère${Number(limit) > 1 ? 's' : ''}`,
  maxLength: ({ limit }) => `il faut au plus ${limit} caractères`,
  minimum: ({ limit }) => `il faut au moins ${limit}`,
  maximum: ({ limit }) => `il faut au plus ${limit}`,
  exclusiveMinimum: ({ limit }) => `il faut plus que ${limit}`,
  exclusiveMaximum: ({ limit }) => `il faut moins que ${limit}`,
  minItems: ({ limit }) => `il en faut au moins ${limit}`,
  maxItems: ({ limit }) => `il en faut au plus ${limit}`,
  minProperties: ({ limit }) => `il en faut au moins ${limit}`,
  maxProperties: ({ limit }) => `il en faut au plus ${limit}`,
  enum: ({ allowedValues }) => `il faut l’un de ${allowedValues?.map(String).join(', ')}`,
  const: ({ allowedValue }) => `il faut ${String(allowedValue)}`,
  type: ({ type }) =>
    `il faut ${[type ?? '']
      .flat()
      .map((one) => types[one] ?? one)
      .join(' ou ')}`,
  format: ({ format }) => `ce n’est pas de la forme ${format}`,
  pattern: () => 'cela n’a pas la forme attendue',
  required: () => 'c’est obligatoire',
  additionalProperties: () => 'cela n’existe pas ici',
  uniqueItems: () => 'une entrée y est deux fois',
};

export function wordsOf({ keyword, message = 'does not fit', params }: SchemaError): Texts {
  const said = Object.hasOwn(french, keyword) ? french[keyword]?.(params as Params) : undefined;
  return { en: message, fr: said ?? 'cela ne convient pas' };
}
