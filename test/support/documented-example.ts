import { readFile } from 'node:fs/promises';
import { compileFunction } from 'node:vm';
import ts from 'typescript';

/**
 * Returns what the example of `page` that declares the class `name` exports, run with `globals` for what it leaves
 * to its reader to import.
 */
export async function documentedExample(
  page: string,
  name: string,
  globals: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const text = await readFile(page, 'utf8');
  const examples = Array.from(text.matchAll(/^```ts\n(.*?)^```/gms), ([, code = '']) => code);
  const example = examples.find((code) => code.includes(`class ${name} `));
  if (example === undefined) throw new Error(`${page} has no example with a class ${name}.`);
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
    },
  });
  const exports: Record<string, unknown> = {};
  const run: unknown = compileFunction(outputText, ['exports', ...Object.keys(globals)]);
  if (typeof run === 'function')
    Reflect.apply(run, undefined, [exports, ...Object.values(globals)]);
  return exports;
}
