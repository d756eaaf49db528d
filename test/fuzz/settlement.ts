/** How a call ended. */
export type Settlement = { readonly value: unknown } | { readonly error: unknown };

/** Far more than any `timeout` of these tests, on a busy machine too; in milliseconds. */
const NEVER = 20_000;

/** Returns how what `call` returns, or throws at once, ended; throws where it does not end. */
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
