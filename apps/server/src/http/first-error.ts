import type { TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'
import type { FastifySchemaCompiler } from 'fastify'

/**
 * Holds the parts of a request against their schemas and names the first thing that is wrong: of a body that is wrong
 * in millions of places, a list of them all takes gigabytes.
 */
export const firstErrorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = TypeCompiler.Compile(schema)
  return (value) => {
    // All but a body comes as text.
    const converted = httpPart === 'body' ? value : Value.Convert(schema, value)
    if (compiled.Check(converted)) return { value: converted }
    const { path = '', message = 'is not as expected' } = compiled.Errors(converted).First() ?? {}
    return { error: [{ instancePath: path, message, keyword: '', params: {}, schemaPath: '' }] }
  }
}
