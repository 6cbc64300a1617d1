import { type Cast, openStage } from "#lib/testing/cast.ts";
import { type Door, openDoor } from "#lib/testing/door.ts";

/** The portal and the people in it, for every rule of the contract. */
export type Stage = Cast & { door: Door };

let stage: Promise<Stage> | undefined;

/** Opens it once in a test file. */
export function theStage(): Promise<Stage> {
  stage ??= openStage({ RATE_LIMIT_FACTOR: "1000" }).then(async (cast) => ({ ...cast, door: await openDoor() }));
  return stage;
}
