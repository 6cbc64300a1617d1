type Waiting<Key, Value> = { key: Key; resolve(value: Value): void; reject(reason: unknown): void };

// So few at a time that some are asked while others are answered: asking all at once would leave each side idle in
// turn.
const maxBatches = 5;
const lanes = 8;

/**
 * Lets questions travel together: those that come in one turn of the event loop go by the handful, and while many are
 * under way the next ones wait. An answer is never older than its question. `ask` answers the keys in their order.
 */
export function batch<Key, Value>(ask: (keys: Key[]) => Promise<Value[]>): (key: Key) => Promise<Value> {
  let waiting: Waiting<Key, Value>[] = [];
  let underWay = 0;

  function go() {
    while (waiting.length && underWay < lanes) {
      const going = waiting.slice(0, maxBatches);
      waiting = waiting.slice(maxBatches);
      underWay++;
      settle(going).finally(next);
    }
  }

  function next() {
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
