/** Checks requests against the routes' schemas with TypeBox itself, so that no second validator is loaded. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from './refusal.ts';

/** Parameters and queries are text and are converted; a body says what it means. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const converts = httpPart !== 'body';
  return (given: unknown) => {
    const value = converts ? Value.Convert(schema, given) : given;
    if (Value.Check(schema, value)) return { value };
    return { error: refusalOf(schema, value) };
  };
};

function refusalOf(schema: TSchema, value: unknown): Refusal {
  const errors = Value.Errors(schema, value);
  const first = errors.find((error) => error.keyword !== 'boolean') ?? errors[0];
  const inside = (first?.instancePath ?? '').split('/').filter((part) => part !== '');
  const { requiredProperties, additionalProperties } = (first?.params ?? {}) as {
    requiredProperties?: string[];
    additionalProperties?: string[];
  };
  const named = requiredProperties?.[0] ?? additionalProperties?.[0];
  const path = [...inside, ...(named === undefined ? [] : [named])].join('.') || 'body';
  const problem = `${path}: ${first?.message ?? 'does not fit'}`;
  return new Refusal('BAD_REQUEST', 'invalidInput', { path, values: { problem } });
}
