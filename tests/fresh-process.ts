/**
 * Before each test file: lets the process forget what the product keeps one of per process, as test files come to share
 * a process. What is announced as modules load stays, since they load once.
 */
const loaded = "latchkeyOperations";

for (const name of Object.keys(globalThis))
  if (name.startsWith("latchkey") && name !== loaded) Reflect.deleteProperty(globalThis, name);
