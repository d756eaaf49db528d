const NAME = /^[A-Za-z0-9_-]+$/;

/** What is said of a name that is none. */
export const NO_NAME = {
  property: 'name',
  message: 'must be letters, digits, _ and -, for example eu-1',
};

/** Returns whether `name` can be the name of a client: variables of the environment are made of it. */
export function isClientName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}
