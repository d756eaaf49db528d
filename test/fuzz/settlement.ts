/** The result of a call. */
export type Settlement = { readonly value: unknown } | { readonly error: unknown };

/** Milliseconds; far more than any `timeout` of these tests, even on a busy machine. */
const NEVER = 20_000;

/** Returns the result of `call`, even if it throws synchronously; throws if it does not settle. */
export async function settlementOf(call: () => Promise<unknown>): Promise<Settlement> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('The call has not settled.'));
    }, NEVER);
  });
  const settled = ended(call);
  try {
    return await Promise.race([settled, never]);
  } finally {
    clearTimeout(timer);
  }
}

async function ended(call: () => Promise<unknown>): Promise<Settlement> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}
