/** Checks requests against the routes' schemas with TypeBox itself, so that no second validator is loaded. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Failure } from '../runtime/errors.ts';
import type { Language } from './language.ts';
import { wordsOf } from './schema-words.ts';
import { textOf } from './texts.table.ts';

/** Parameters and queries are text and are converted; a body says what it means. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const converts = httpPart !== 'body';
  return (given: unknown) => {
    const value = converts ? Value.Convert(schema, given) : given;
    if (Value.Check(schema, value)) return { value };
    return { error: refusalOf(schema, value) };
  };
};

function refusalOf(schema: TSchema, value: unknown): Failure {
  const errors = Value.Errors(schema, value);
  const first = errors.find((error) => error.keyword !== 'boolean') ?? errors[0];
  const inside = (first?.instancePath ?? '').split('/').filter((part) => part !== '');
  const { requiredProperties, additionalProperties } = (first?.params ?? {}) as {
    requiredProperties?: string[];
    additionalProperties?: string[];
  };
  const named = requiredProperties?.[0] ?? additionalProperties?.[0];
  const path = [...inside, ...(named === undefined ? [] : [named])].join('.') || 'body';
  const { en, fr } = wordsOf(first ?? { keyword: '', params: {} });
  const said = (language: Language, words: string) =>
    textOf(language, 'invalidInput', { problem: `${path}: ${words}` });
  return new Failure('BAD_REQUEST', { en: said('en', en), fr: said('fr', fr) }, { path });
}
