/** What the module's options are injected by, inside the module. */
export const OPTIONS = Symbol('CRYPTOFUSE_MODULE_OPTIONS');
