import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { overview, readFactors } from "./overview.ts";

/** The own second factors, and whether the account requires one. */
export const getFactors = defineOperation({
  name: "factors.get",
  summary: "Read your second factors and recovery codes",
  route: "GET /me/factors",
  allow: "signed-in",
  input: z.strictObject({}),
  output: overview,

  run: ({ actor, tx }) => readFactors(tx, actor.id),
});
