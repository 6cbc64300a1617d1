import { z } from "zod";
import { defineOperation } from "#lib/core/operation.ts";
import { readEmail, state } from "./pending.ts";

/** The own address, whether it was proven, and the one that is to replace it. */
export const getEmail = defineOperation({
  name: "email.get",
  summary: "Read your e-mail address, and the one that is to replace it",
  route: "GET /me/email",
  allow: "signed-in",
  input: z.strictObject({}),
  output: state,

  run: ({ actor, tx }) => readEmail(tx, actor.id),
});
