import { afterAll } from "vitest";
import { type Cast, openStage } from "../cast.ts";
import { openTestApi, type TestApi } from "../test-api.ts";

/** The portal and the people in it, for every rule of the contract. */
export type Stage = Cast & { api: TestApi };

let stage: Promise<Stage> | undefined;

/** Opens it once in a test file. */
export function theStage(): Promise<Stage> {
  stage ??= open();
  return stage;
}

async function open(): Promise<Stage> {
  // The next test file of this process has a database of its own.
  afterAll(() => {
    stage = undefined;
  });
  const cast = await openStage({ RATE_LIMIT_FACTOR: "1000" });
  return { ...cast, api: await openTestApi() };
}
