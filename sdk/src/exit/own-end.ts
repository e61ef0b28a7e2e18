/**
 * Whether a process that has nothing left to do will end without more ado, so that process.exit() would cut nothing off. To be
 * asked while `beforeExit` is emitted. Another listener may have begun something that nobody can see, such as work of the thread pool;
 * and of a main module that is an ES module nobody can see whether a top-level await never settles, which Node ends with code 13.
 */
export function endsByItself(): boolean {
  const isCommonJs = Reflect.get(process, "mainModule") !== undefined;
  return isCommonJs && process.listenerCount("beforeExit") === 1;
}
