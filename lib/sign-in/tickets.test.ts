import { beforeAll, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { account, openStage, person } from "#tests/cast.ts";
import { rounds } from "#tests/depth.ts";
import { mintTicket, takeTicket } from "./tickets.ts";

beforeAll(() => openStage());

test(`a ticket is taken once: ${rounds(500)} rounds of 20 at once`, async () => {
  const who = await person(await account("Own"), ["Member"]);
  for (let round = 0; round < rounds(500); round++) {
    const ticket = await transaction((tx) => mintTicket(tx, who.id, ["password"]));
    const taken = await Promise.all(Array.from({ length: 20 }, () => transaction((tx) => takeTicket(tx, ticket))));
    expect(taken.filter(Boolean)).toHaveLength(1);
  }
});
