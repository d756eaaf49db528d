import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const root = process.cwd();
const depcruise = join(root, 'node_modules/.bin/depcruise');

/** One file of each folder, and of each floor without one, with the floor counted from the top. */
const places = [
  { floor: 0, file: 'lib/index.ts' },
  { floor: 0, file: 'lib/browser.ts' },
  { floor: 0, file: 'lib/testing/virtual-clock.ts' },
  { floor: 1, file: 'lib/cryptofuse.module.ts' },
  { floor: 3, file: 'lib/cryptofuse.service.ts' },
  { floor: 4, file: 'lib/client.ts' },
  { floor: 5, file: 'lib/http-service/axios-call.ts' },
  { floor: 6, file: 'lib/pipeline/attempt.ts' },
  { floor: 7, file: 'lib/request/destination.ts' },
  { floor: 8, file: 'lib/token/issued-token.ts' },
  { floor: 9, file: 'lib/transport/axios-transport.ts' },
  { floor: 10, file: 'lib/config/secret.ts' },
  { floor: 10, file: 'lib/contracts/transport.ts' },
  { floor: 10, file: 'lib/exceptions/cryptofuse.exception.ts' },
  { floor: 10, file: 'lib/diagnostics/event-log.ts' },
  { floor: 11, file: 'lib/clock/clock.ts' },
];

const kinds = [
  { kind: 'value', statement: (path: string) => `import '${path}';\n` },
  { kind: 'type', statement: (path: string) => `import type {} from '${path}';\n` },
  { kind: 're-export', statement: (path: string) => `export * from '${path}';\n` },
  { kind: 'dynamic', statement: (path: string) => `await import('${path}');\n` },
];

describe('the floors', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cryptofuse-floors-'));
    for (const name of ['lib', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function specifier(from: string, to: string): string {
    const path = relative(dirname(from), to).replace(/\.ts$/, '.js');
    return path.startsWith('.') ? path : `./${path}`;
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  function violations(): string[] {
    const json = execFileSync(process.execPath, [depcruise, '-T', 'json', 'lib'], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      encoding: 'utf8',
    });
    const { summary } = JSON.parse(json) as { summary: { violations: Violation[] } };
    return summary.violations.map(({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`).sort();
  }

  /** What `npm run lint` goes by. */
  function exitCode(): number | null {
    return spawnSync(process.execPath, [depcruise, 'lib'], { cwd: folder }).status;
  }

  it('holds for lib as it is', () => {
    expect(violations()).toEqual([]);
    expect(exitCode()).toBe(0);
  });

  it.each(kinds)('refuses every $kind import that goes up, and no other', ({ kind, statement }) => {
    const expected: string[] = [];
    for (const from of places.filter(({ file }) => dirname(file) !== 'lib')) {
      for (const to of places.filter(({ file }) => dirname(file) !== dirname(from.file))) {
        const name = `probe-${kind}-${to.file.replace(/\W/g, '-')}.ts`;
        const probe = `${dirname(from.file)}/${name}`;
        write(probe, statement(specifier(probe, to.file)));
        if (to.floor < from.floor) {
          expected.push(`${probe} -> ${to.file}: no-import-up-from-floor-${from.floor}`);
        } else if (/^lib\/(index|browser)\./.test(to.file)) {
          expected.push(`${probe} -> ${to.file}: no-import-of-an-entry-file`);
        }
      }
    }
    expect(expected).toHaveLength(101);
    expect(violations()).toEqual(expected.sort());
    expect(exitCode()).toBeGreaterThan(0);
  });

  it('refuses an import that goes up from a file of lib itself', () => {
    const service = 'lib/cryptofuse.service.ts';
    appendFileSync(join(folder, service), "export type {} from './cryptofuse.options.js';\n");
    appendFileSync(
      join(folder, 'lib/client.ts'),
      "export type {} from './cryptofuse.service.js';\n",
    );

    expect(violations()).toEqual(
      expect.arrayContaining([
        `${service} -> lib/cryptofuse.options.ts: no-import-up-from-floor-3`,
        `lib/client.ts -> ${service}: no-import-up-from-floor-4`,
      ]),
    );
  });

  it.each(kinds)('refuses a $kind import that closes a cycle', ({ statement }) => {
    write('lib/token/probe-a.ts', statement('./probe-b.js'));
    write('lib/token/probe-b.ts', statement('./probe-a.js'));

    expect(violations()).toEqual(['lib/token/probe-a.ts -> lib/token/probe-b.ts: no-cycle']);
    expect(exitCode()).toBeGreaterThan(0);
  });

  it('lets a file import one of its own floor', () => {
    write('lib/config/probe.ts', "import '../exceptions/bounded-value.js';\n");
    write('lib/exceptions/probe.ts', "import '../diagnostics/event-log.js';\n");
    write('lib/testing/probe.ts', "import './virtual-clock.js';\n");

    expect(violations()).toEqual([]);
  });

  it('keeps the entry points apart', () => {
    appendFileSync(join(folder, 'lib/index.ts'), "export type {} from './testing/index.js';\n");
    write('lib/terminus/probe.ts', "import '../testing/virtual-clock.js';\n");
    write('lib/redis/probe.ts', "import '../index.js';\n");

    expect(violations()).toEqual([
      'lib/index.ts -> lib/testing/index.ts: no-import-between-entry-points',
      'lib/redis/probe.ts -> lib/index.ts: no-import-of-an-entry-file',
      'lib/terminus/probe.ts -> lib/testing/virtual-clock.ts: no-import-between-entry-points',
    ]);
  });

  it('knows no folder without a floor', () => {
    write('lib/attic/above.ts', "import '../clock/clock.js';\n");
    write('lib/attic/below.ts', 'export {};\n');
    write('lib/request/probe.ts', "import '../attic/below.js';\n");

    expect(violations()).toEqual([
      'lib/attic/above.ts -> lib/clock/clock.ts: every-importer-has-a-floor',
      'lib/request/probe.ts -> lib/attic/below.ts: every-file-has-a-floor',
    ]);
  });

  it('keeps lib within lib, Node and the peers', () => {
    write('test/support/probe.ts', 'export {};\n');
    write('lib/request/probe-test.ts', "import '../../test/support/probe.js';\n");
    write('lib/request/probe-platform.ts', "import type {} from '@nestjs/platform-express';\n");
    write('lib/testing/probe-dev.ts', "import '@nestjs/testing';\n");
    write('lib/request/probe-transitive.ts', "import 'follow-redirects';\n");
    write('lib/request/probe-unknown.ts', "import 'no-such-package';\n");
    write('lib/request/probe-node.ts', "import 'node:http';\n");
    write('lib/request/probe-peer.ts', "import 'rxjs';\n");

    const byFile = violations().map((line) => line.replace(/ -> .*:/, ':'));
    expect([...new Set(byFile)]).toEqual([
      'lib/request/probe-platform.ts: no-platform-in-lib',
      'lib/request/probe-platform.ts: only-peers-in-lib',
      'lib/request/probe-test.ts: lib-imports-lib',
      'lib/request/probe-transitive.ts: only-peers-in-lib',
      'lib/request/probe-unknown.ts: only-peers-in-lib',
      'lib/request/probe-unknown.ts: resolvable',
      'lib/testing/probe-dev.ts: only-peers-in-lib',
    ]);
  });
});
