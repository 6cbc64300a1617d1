import { z } from "zod";
import type { Actor } from "#lib/core/actor.ts";
import { secretOnce } from "#lib/core/fields.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { requireLocalSignIn } from "./policy.ts";
import { makeRecoveryCodes } from "./recovery-codes.ts";

/** A new set of recovery codes; the old ones are worth nothing from then on. */
export const renewRecoveryCodes = defineOperation({
  name: "recovery_codes.renew",
  summary: "Replace your recovery codes by ten new ones",
  route: "POST /me/recovery-codes",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "recovery_codes", points: 10, seconds: 3600 },
  input: z.strictObject({}),
  output: z.object({ recoveryCodes: z.array(secretOnce()).meta({ secret: true, description: "Shown this once" }) }),
  audit: ({ actor }) => ({ target: actor.id }),
  notify: ({ actor }) => renewed(actor),

  async run({ actor, tx }) {
    requireLocalSignIn(actor);
    return { recoveryCodes: await makeRecoveryCodes(tx, actor.id) };
  },
});

const renewed = ({ id }: Actor): Notice => ({
  userId: id,
  event: "recovery_codes_made",
  subject: "You have new recovery codes",
  paragraphs: [
    "Ten new recovery codes were made, and the old ones are worth nothing.",
    "If this was not you, secure your account at once.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});
