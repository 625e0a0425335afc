/**
 * Options as their owner gave them: a copy without a prototype, so that nothing
 * that other code has put on `Object.prototype` counts as given. Getters are
 * copied, not called.
 */
export function ownOptions<Options extends object>(options: Options): Options;
export function ownOptions<Options extends object>(options: Options | undefined): Partial<Options>;
export function ownOptions(options: object | undefined): object {
  return Object.create(null, Object.getOwnPropertyDescriptors(options ?? {}));
}
