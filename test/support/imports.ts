import { parseSync, Visitor } from 'oxc-parser'

/** One module that a file names, in any of TypeScript's ways. */
export interface Import {
  /** What stands between the quotes; `undefined` when it is computed, so that nobody can tell. */
  readonly module: string | undefined
  readonly line: number
}

/**
 * Every module that a source names: `import` and `export … from`, types included, `import()`, `require()`.
 *
 * @throws when the source cannot be parsed
 */
export function readImports(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source)
  const [error] = errors
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`)

  const found: Import[] = []
  const add = (node: { readonly start: number }, from: unknown) => {
    found.push({ module: literal(from), line: source.slice(0, node.start).split('\n').length })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source),
    ExportAllDeclaration: (node) => add(node, node.source),
    ExportNamedDeclaration: (node) => node.source && add(node, node.source),
    ImportExpression: (node) => add(node, node.source),
    TSImportType: (node) => add(node, node.source),
    TSExternalModuleReference: (node) => add(node, node.expression),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require') add(node, node.arguments[0])
    },
  }).visit(program)
  return found
}

function literal(node: unknown): string | undefined {
  const value = typeof node === 'object' && node !== null && 'value' in node ? node.value : undefined
  return typeof value === 'string' ? value : undefined
}
