import { expect, test } from "vitest";
import { mostUnderWay, oneOfFew } from "./under-way.ts";

test("a person has few tries under way, and a process not many more; one that is over makes room, however it ends", async () => {
  const ends: ((how: boolean) => void)[] = [];
  const begin = (who: string) =>
    oneOfFew(
      who,
      () => new Promise<void>((done, failed) => ends.push((well) => (well ? done() : failed(new Error())))),
    ).catch((error) => error.code ?? "failed");
  const adas = Array.from({ length: mostUnderWay.person }, () => begin("ada"));
  expect(await begin("ada")).toBe("too_many_requests");
  ends[0]?.(false);
  expect(await adas[0]).toBe("failed");
  adas.push(begin("ada"));
  for (let place = mostUnderWay.person; place < mostUnderWay.process; place++) begin(`person ${place}`);
  expect(ends).toHaveLength(mostUnderWay.process + 1);
  expect(await begin("ben")).toBe("too_many_requests");
  for (const end of ends) end(true);
  await Promise.all(adas);
  const last = begin("ben");
  ends.at(-1)?.(true);
  expect(await last).toBeUndefined();
});
