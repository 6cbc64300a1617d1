type Waiting<Key, Value> = { key: Key; resolve(value: Value): void; reject(reason: unknown): void };

const lanes = 3;
const most = 1000;

/**
 * Lets questions travel together: the first is asked at once; what comes while some are under way waits, and goes as
 * one question with all the others that wait. An answer is never older than its question. `ask` answers the keys in
 * their order. The busier it gets the cheaper each becomes, and nobody waits longer than for the question before.
 */
export function together<Key, Value>(ask: (keys: Key[]) => Promise<Value[]>): (key: Key) => Promise<Value> {
  let waiting: Waiting<Key, Value>[] = [];
  let underWay = 0;

  async function go() {
    const going = waiting.slice(0, most);
    waiting = waiting.slice(most);
    underWay++;
    await settle(going).finally(() => underWay--);
    if (waiting.length) go();
  }

  async function settle(going: Waiting<Key, Value>[]) {
    try {
      const values = await ask(going.map(({ key }) => key));
      for (const [place, { resolve }] of going.entries()) resolve(values[place] as Value);
    } catch (error) {
      for (const { reject } of going) reject(error);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (underWay < lanes) go();
    });
}
