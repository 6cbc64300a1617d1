import { z } from "zod";
import { badField } from "#lib/core/errors.ts";
import { email } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { isNoAddress } from "#lib/notifications/undelivered/standing.ts";
import { holdPerson } from "#lib/sign-in/mailed-links.ts";
import { dropPending, mailProof, readEmail, state } from "./pending.ts";

/**
 * Asks to replace the own address, or to prove it. The present one stays until the new one is proven with the link
 * mailed to it. Whether somebody else has the new address is never said here: its owner is told by mail (I-10).
 */
export const changeEmail = defineOperation({
  name: "email.change",
  summary: "Change your e-mail address, or prove the one you have",
  route: "PUT /me/email",
  allow: "signed-in",
  stepUp: "in_person",
  limit: { name: "email_change", points: 10, seconds: 3600 },
  input: z
    .strictObject({
      newEmail: email.meta({ description: "The address to be proven; your present one to prove that" }),
    })
    .meta({ examples: [{ newEmail: "ada@example.org" }] }),
  output: state,
  audit: ({ actor, input }) => ({ target: actor.id, details: { newEmail: input.newEmail } }),

  async run({ actor, tx }, { newEmail }) {
    const person = await holdPerson(tx, actor.id);
    const isSame = newEmail.toLowerCase() === person.email.toLowerCase();
    if (isSame && person.emailVerifiedAt) throw badField("newEmail", "same", "This is your address already.");
    if (isSame && isNoAddress(newEmail)) throw badField("newEmail", "unusable", "Give an address of your own.");
    const lock = isSame ? undefined : person.lockedFields.email;
    if (lock !== undefined) throw badField("newEmail", "locked", `Locked: ${lock}`);
    await dropPending(tx, actor.id);
    await mailProof(tx, person, isSame ? person.email : newEmail);
    return readEmail(tx, actor.id);
  },
});
