const turns = new Map<string, Promise<unknown>>();

/**
 * Does work under one key one after the other, in this process. A program's workers often sign in at the same moment:
 * side by side each would have paid for a guess that none has been forgiven yet, and some be sent away.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = after(turns.get(key), work);
  turns.set(key, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}

async function after<T>(before: Promise<unknown> | undefined, work: () => Promise<T>): Promise<T> {
  await before?.catch(() => {});
  return work();
}
