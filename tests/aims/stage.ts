import { afterAll } from "vitest";
import { type Cast, openStage } from "../cast.ts";
import { type Door, openDoor } from "../door.ts";

/** The portal and the people in it, for every rule of the contract. */
export type Stage = Cast & { door: Door };

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
  return { ...cast, door: await openDoor() };
}
