import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface ConsumerOptions {
  readonly type: 'module' | 'commonjs';
  /** The lock file that pins the installed versions. */
  readonly lockFile: string;
  readonly packages: readonly string[];
}

const root = process.cwd();
const tsc = join(root, 'node_modules/typescript/bin/tsc');

function releases(lockFile: string, packages: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync(join(root, lockFile), 'utf8')) as {
    packages: Record<string, { version: string } | undefined>;
  };
  const version = (name: string) => lock.packages[`node_modules/${name}`]?.version;
  return Object.fromEntries(packages.map((name) => [name, version(name) ?? `not in ${lockFile}`]));
}

/** An application outside the repository, with the packed tarball and its peers installed. */
export class Consumer {
  private constructor(readonly folder: string) {}

  static async install(options: ConsumerOptions): Promise<Consumer> {
    const consumer = new Consumer(mkdtempSync(join(tmpdir(), 'cryptofuse-consumer-')));
    consumer.write('package.json', {
      name: 'consumer',
      private: true,
      type: options.type,
      dependencies: {
        ...releases(options.lockFile, options.packages),
        ...releases('package-lock.json', ['@types/node']),
        'nestjs-cryptofuse': `file:${process.env['PACKED_TARBALL'] ?? ''}`,
      },
    });
    cpSync(join(root, 'test/package/application'), join(consumer.folder, 'src'), {
      recursive: true,
    });
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, stderr } = await consumer.run('npm', 'install', ...flags);
    if (code !== 0) throw new Error(`npm install failed: ${stderr}`);
    return consumer;
  }

  /** Writes a file of the application; anything but text is written as JSON. */
  write(file: string, content: unknown): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(this.folder, file), text);
  }

  erase(file: string): void {
    rmSync(join(this.folder, file));
  }

  node(...args: string[]): Promise<Output> {
    return this.run(process.execPath, ...args);
  }

  /** Compiles `src` with the compiler of the repository and the application's own types. */
  compile(compilerOptions: Record<string, unknown>): Promise<Output> {
    this.write('tsconfig.json', {
      compilerOptions: {
        target: 'es2022',
        lib: ['es2022'],
        types: ['node'],
        strict: true,
        rootDir: 'src',
        outDir: 'build',
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        skipLibCheck: false,
        ...compilerOptions,
      },
      include: ['src'],
    });
    return this.node(tsc, '-p', 'tsconfig.json');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(command: string, ...args: string[]): Promise<Output> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code, stdout, stderr });
      });
    });
  }
}
