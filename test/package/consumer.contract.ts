import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer } from './consumer.js';

type Compiler = readonly [name: string, options: Record<string, unknown>];

interface ConsumerCase {
  readonly type: 'module' | 'commonjs';
  readonly lockFile: string;
  /** The major versions that the application must have installed. */
  readonly majors: Readonly<Record<string, string>>;
  /** Compiler options by module resolution; the first one builds what runs. */
  readonly compilers: readonly [Compiler, ...Compiler[]];
  /** Flags for Node, by where `nestjs-cryptofuse` is then loaded from. */
  readonly runs: readonly (readonly [string, readonly string[]])[];
}

const seenByReader = {
  me: 'First',
  second: 'Second',
  http: [200, 'First'],
  tokens: ['fresh', 'fresh'],
  distinct: true,
};

const misuse = `import { CryptofuseModule } from 'nestjs-cryptofuse';
import 'nestjs-cryptofuse/dist/index.js';
import 'nestjs-cryptofuse/lib/index.js';
CryptofuseModule.forRoot({ clientID: 'misspelt' });
`;

const identity = `
import { createRequire } from 'node:module';
import * as imported from 'nestjs-cryptofuse';
import * as testing from 'nestjs-cryptofuse/testing';
const require = createRequire(import.meta.url);
const required = require('nestjs-cryptofuse');
const names = Object.keys(imported).filter((name) => name !== 'module.exports');
console.log(JSON.stringify({
  classes: names.length > 20,
  differing: names.filter((name) => imported[name] !== required[name]),
  testing: testing.CryptofuseSandbox === require('nestjs-cryptofuse/testing').CryptofuseSandbox,
}));
`;

const weight = `
const loaded = (name) => Object.keys(require.cache).some((path) => path.includes(name));
const load = { import: () => import('nestjs-cryptofuse'), require: () => require('nestjs-cryptofuse') };
void (async () => {
  const { CryptofuseModule } = await load[process.argv[2]]();
  const { NestFactory } = await import('@nestjs/core');
  const before = loaded('class-validator');
  const options = { clientId: 'client', clientSecret: 'secret', baseUrl: 'http://127.0.0.1:1' };
  const module = CryptofuseModule.forRoot(options);
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  await app.close();
  console.log(before, loaded('class-validator'));
})();
`;

const resolution = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const paths = [
  '', '/testing', '/package.json', '/dist/index.js', '/dist/cjs/index.js', '/dist/testing/index.js',
  '/lib/index.js', '/lib/index.ts', '/index.js', '/browser', '/testing/index.js',
];
const outcome = (resolve) => { try { resolve(); return 'found'; } catch (error) { return error.code; } };
console.log(JSON.stringify(Object.fromEntries(paths.map((path) => [path, [
  outcome(() => import.meta.resolve('nestjs-cryptofuse' + path)),
  outcome(() => require.resolve('nestjs-cryptofuse' + path)),
]]))));
`;

/** The contract of every application that has installed the tarball. */
export function describeConsumer(name: string, consumerCase: ConsumerCase): void {
  describe(`the tarball in ${name}`, () => {
    let consumer: Consumer;

    beforeAll(async () => {
      const packages = [...Object.keys(consumerCase.majors), 'axios', 'rxjs', 'reflect-metadata'];
      const { type, lockFile } = consumerCase;
      consumer = await Consumer.install({ type, lockFile, packages });
    });

    afterAll(() => {
      consumer.remove();
    });

    it('has the peers of this case installed', async () => {
      const script = `console.log(JSON.stringify(${JSON.stringify(
        Object.keys(consumerCase.majors),
      )}.map((name) => [name, JSON.parse(require('fs').readFileSync(
        'node_modules/' + name + '/package.json', 'utf8')).version.match(/^(0\\.)?\\d+/)[0]])))`;
      const { stdout } = await consumer.node('--input-type=commonjs', '-e', script);
      expect(Object.fromEntries(JSON.parse(stdout) as [string, string][])).toEqual(
        consumerCase.majors,
      );
    });

    it('has types only at its entry points, and checks options with them', async () => {
      consumer.write('src/misuse.ts', misuse);
      const [[, options]] = consumerCase.compilers;
      const { code, stdout } = await consumer.compile({ ...options, noEmit: true });
      consumer.erase('src/misuse.ts');
      expect(stdout.match(/^src\/misuse\.ts\(\d+,\d+\): error TS\d+/gm)).toEqual([
        'src/misuse.ts(2,8): error TS2882',
        'src/misuse.ts(3,8): error TS2882',
        'src/misuse.ts(4,28): error TS2561',
      ]);
      expect(code).toBeGreaterThan(0);
    });

    it.each([...consumerCase.compilers].reverse())(
      'compiles under %s, declarations included',
      async (_name, options) => {
        const { code, stdout } = await consumer.compile(options);
        expect(stdout).toBe('');
        expect(code).toBe(0);
      },
    );

    it.each(consumerCase.runs)('runs from %s', async (_name, flags) => {
      const { code, stdout, stderr } = await consumer.node(...flags, 'build/main.js');
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        forRoot: seenByReader,
        useFactory: seenByReader,
        useClass: seenByReader,
        testingModule: seenByReader,
        refusal: { code: 'invalid_client', own: true, nest: true, other: false },
        tokensIssued: [4, 4],
      });
    });

    it('is the same set of classes to import and to require', async () => {
      consumer.write('identity.mjs', identity);
      const { stdout, stderr } = await consumer.node('identity.mjs');
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ classes: true, differing: [], testing: true });
    });

    it('needs no import before its own', async () => {
      for (const path of ['nestjs-cryptofuse', 'nestjs-cryptofuse/testing']) {
        consumer.write('alone.mjs', `import '${path}';\nconsole.log(typeof Reflect.getMetadata);`);
        consumer.write(
          'alone.cjs',
          `require('${path}');\nconsole.log(typeof Reflect.getMetadata);`,
        );
        const expected = { code: 0, stdout: 'function\n', stderr: '' };
        expect(await consumer.node('alone.mjs')).toEqual(expected);
        for (const [, flags] of consumerCase.runs) {
          expect(await consumer.node(...flags, 'alone.cjs')).toEqual(expected);
        }
      }
    });

    it('loads class-validator only when there are options to check', async () => {
      consumer.write('weight.cjs', weight);
      const expected = { code: 0, stdout: 'false true\n', stderr: '' };
      expect(await consumer.node('weight.cjs', 'import')).toEqual(expected);
      for (const [, flags] of consumerCase.runs) {
        expect(await consumer.node(...flags, 'weight.cjs', 'require')).toEqual(expected);
      }
    });

    it('resolves only by its entry points', async () => {
      consumer.write('resolution.mjs', resolution);
      const { stdout } = await consumer.node('resolution.mjs');
      const [found, refused] = ['found', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].map((x) => [x, x]);
      expect(JSON.parse(stdout)).toEqual({
        '': found,
        '/testing': found,
        '/package.json': found,
        '/dist/index.js': refused,
        '/dist/cjs/index.js': refused,
        '/dist/testing/index.js': refused,
        '/lib/index.js': refused,
        '/lib/index.ts': refused,
        '/index.js': refused,
        '/browser': refused,
        '/testing/index.js': refused,
      });
    });

    it('throws in a browser that it is for servers', async () => {
      for (const path of ['nestjs-cryptofuse', 'nestjs-cryptofuse/testing']) {
        for (const load of [`import('${path}')`, `require('${path}')`]) {
          const script = `const load = async () => ${load};
            load().then(() => console.log('loaded'), (error) => console.log(error.message));`;
          const { stdout } = await consumer.node(
            '--conditions=browser',
            '--input-type=commonjs',
            '-e',
            script,
          );
          expect(stdout).toMatch(/^nestjs-cryptofuse is server-side only: /);
        }
      }
    });
  });
}
