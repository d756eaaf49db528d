import { format, inspect } from 'node:util';

/** Returns `value` in every form in which loggers, templates and debuggers print it. */
export function printedForms(value: unknown): readonly string[] {
  return [
    String(value),
    JSON.stringify(value),
    JSON.stringify({ nested: [value] }),
    inspect(value, { depth: Infinity }),
    inspect({ nested: [value] }, { depth: Infinity, showHidden: true, getters: true }),
    inspect(value, { customInspect: false, depth: Infinity, showHidden: true, getters: true }),
    format('%s %o %O %j', value, value, value, value),
    format(value),
  ];
}
