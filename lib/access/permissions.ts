import { z } from "zod";
import { catalogue } from "#lib/core/catalogue.ts";
import { defineOperation } from "#lib/core/operation.ts";

/** Lists what can be allowed and denied here, as the operations ask for it. */
export const listPermissions = defineOperation({
  name: "permissions.list",
  summary: "List the permissions that roles can allow and deny",
  route: "GET /permissions",
  allow: "anyone",
  input: z.strictObject({}),
  output: z.object({
    items: z.array(
      z.object({
        service: z.string().meta({ description: "admin for what concerns others, portal for people's own things" }),
        action: z.string(),
        resource: z.string(),
        scopes: z
          .array(z.enum(["own", "managed"]))
          .meta({ description: "Where it can be held: in the own account, in managed ones" }),
        lets: z.array(z.string()).meta({ description: "What it lets people do" }),
      }),
    ),
  }),

  run: async () => ({ items: catalogue() }),
});
