import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { pino } from 'pino';
import winston from 'winston';

/** Returns what loggers, consoles, templates, debuggers and clones make of `value`. */
export function tellingsOf(value: unknown): readonly string[] {
  return [
    ...inspections(value),
    String(value),
    JSON.stringify({ value }),
    JSON.stringify({ nested: [value] }),
    format('%s %o %O %j', value, value, value, value),
    format(value),
    clone(value),
    ...printed(value),
    ...pinoLines(value),
    ...winstonLines(value),
  ];
}

function inspections(value: unknown): readonly string[] {
  const all = { depth: Infinity, showHidden: true, getters: true, maxStringLength: null } as const;
  return [
    inspect(value),
    inspect(value, all),
    inspect({ nested: [value] }, all),
    inspect(value, { ...all, customInspect: false, showProxy: true }),
  ];
}

/** What cannot be cloned is not cloned by halves either. */
function clone(value: unknown): string {
  try {
    return inspect(structuredClone({ value }), { depth: Infinity, showHidden: true });
  } catch (error) {
    return inspect(error, { depth: Infinity, showHidden: true });
  }
}

function printed(value: unknown): readonly string[] {
  const lines = new Lines();
  const console = new Console({ stdout: lines, stderr: lines });
  console.log(value);
  console.error('It failed: %o', value);
  console.dir(value, { depth: null, showHidden: true });
  console.table([value]);
  console.trace(value);
  return lines.texts;
}

function pinoLines(value: unknown): readonly string[] {
  const lines = new Lines();
  const logger = pino({ level: 'trace' }, lines);
  logger.error(value);
  logger.error({ err: value, error: value, value }, 'It failed');
  logger.child({ value }).info('%o %j %s', [value], [value], [value]);
  return lines.texts;
}

function winstonLines(value: unknown): readonly string[] {
  const lines = new Lines();
  const { combine, errors, json, metadata, prettyPrint, simple, splat } = winston.format;
  for (const last of [json(), prettyPrint({ depth: 10 }), simple()]) {
    const logger = winston.createLogger({
      level: 'silly',
      format: combine(errors({ stack: true, cause: true }), splat(), metadata(), last),
      transports: streamTransports(lines),
    });
    logger.error('It failed', value);
    logger.error('It failed: %s %o', value, value);
    logger.error({ level: 'error', message: 'It failed', value });
    if (value instanceof Error) logger.error(value);
  }
  return lines.texts;
}

/** Declared by winston as an interface beside the class that it is. */
function streamTransports(stream: Writable): winston.LoggerOptions['transports'] {
  const transport: object = new winston.transports.Stream({ stream });
  return [transport].filter(isTransport);
}

function isTransport(value: object): value is winston.transport {
  return 'log' in value;
}

/** Keeps what is written to it. */
class Lines extends Writable {
  readonly texts: string[] = [];

  override _write(chunk: unknown, _: BufferEncoding, done: () => void): void {
    this.texts.push(String(chunk));
    done();
  }
}
