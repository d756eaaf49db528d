import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interleaved } from '../measure.mjs';

const PACKAGE = 'nestjs-cryptofuse';

const script = fileURLToPath(new URL('./import-once.mjs', import.meta.url));

/** Milliseconds from `import` to its end, in a process that has loaded Nest and @nestjs/axios. */
export function measure({ rounds }) {
  const subject = (label, specifier, before = []) => ({
    label,
    sample: () => Number(execFileSync(process.execPath, [script, specifier, ...before])),
  });
  const empty = 'data:text/javascript,';
  return interleaved(
    [
      subject('an empty module', empty),
      subject(PACKAGE, PACKAGE),
      subject(`${PACKAGE}, again`, PACKAGE),
      // Where the application has not, the start of its first module loads it.
      subject('class-validator, beside it', 'class-validator', [PACKAGE]),
    ],
    rounds,
  );
}
