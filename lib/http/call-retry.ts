import { optionProblems } from '../config/option-problems.js';
import { inheritedOptions, isOptionsObject, readOptions } from '../config/option-reader.js';
import { RetrySettings } from '../config/retry-settings.js';
import { refusedCall } from './refused-call.js';

/**
 * Returns when a call is repeated: what it states, over what the module's options say.
 *
 * @throws {CryptofuseConfigException} where what it states cannot work
 */
export function callRetry(
  stated: unknown,
  configured: RetrySettings | false,
): RetrySettings | false {
  if (stated === undefined) return configured;
  if (stated === false) return false;
  if (!isOptionsObject(stated)) {
    const message = 'must be false, or an object such as { attempts: 5 }';
    throw refusedCall({ property: 'retry', message });
  }
  const settings = new RetrySettings();
  const known = Object.keys(settings);
  const read = readOptions(stated, known, 'retry.');
  Object.assign(settings, configured, Object.fromEntries(read.values));
  const wrong = optionProblems(settings).map(({ property, message }) => ({
    property: `retry.${property}`,
    message,
  }));
  const problems = [...read.problems, ...inheritedOptions(stated, known, 'retry.'), ...wrong];
  if (problems.length > 0) throw refusedCall(...problems);
  return settings;
}
