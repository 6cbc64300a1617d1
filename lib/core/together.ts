type Waiting<Key, Value> = { key: Key; resolve(value: Value): void; reject(reason: unknown): void };

const lanes = 8;
const most = 1000;

/**
 * Lets questions travel together: those that come in one turn of the event loop are asked as one, and when so many are
 * under way already, what comes meanwhile goes as one with the next. An answer is never older than its question. The
 * busier it gets, the cheaper each becomes. `ask` answers the keys in their order.
 */
export function together<Key, Value>(ask: (keys: Key[]) => Promise<Value[]>): (key: Key) => Promise<Value> {
  let waiting: Waiting<Key, Value>[] = [];
  let underWay = 0;

  async function go() {
    const going = waiting.slice(0, most);
    if (!going.length || underWay >= lanes) return;
    waiting = waiting.slice(most);
    underWay++;
    await settle(going);
    underWay--;
    go();
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
      if (waiting.length === 1) setImmediate(go);
    });
}
