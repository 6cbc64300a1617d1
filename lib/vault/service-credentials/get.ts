import { z } from "zod";
import { uuid } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { readCredential, wireCredential } from "./service-credential.ts";

/** One of the own service credentials. */
export const getCredential = defineOperation({
  name: "credentials.get",
  summary: "Read one of your service credentials, without its secret",
  route: "GET /me/credentials/{id}",
  allow: "get:service_credential",
  about: "oneself",
  input: z.strictObject({ id: uuid().meta({ description: "The credential's id" }) }),
  output: wireCredential,

  run: ({ actor, tx }, { id }) => readCredential(tx, actor, id),
});
