import { transaction } from "#db/client.ts";
import { type Ceremony, mintPasskeyChallenge } from "#lib/sign-in/factors/passkeys/challenges.ts";
import { handleOf } from "#lib/sign-in/factors/passkeys/wire.ts";
import { givePasskey, newAuthenticator } from "../authenticator.ts";
import { type Person, sql } from "../cast.ts";
import { challengeOf, unknownCodeOf } from "../factors.ts";
import type { Sample } from "./operations.ts";

const nothing = { input: async () => ({}) };

const asked = (ceremony: Ceremony) => transaction((tx) => mintPasskeyChallenge(tx, ceremony));

/** A passkey of theirs, with which the sessions they have were proven. */
async function own(who: Person) {
  await unknownCodeOf(who);
  const { id, authenticator } = await givePasskey(who);
  await sql("update sessions set strong = true where user_id = $1", who.id);
  return { id, authenticator };
}

/** Samples of what passkeys are about. */
export const passkeySamples: Record<string, Sample> = {
  "sign_in.passkey_options": { ...nothing, unnamed: true },
  "sign_in.passkey": {
    input: async (who) => {
      const { authenticator } = await own(who);
      return { response: authenticator.get({ challenge: await asked({ purpose: "sign-in", userId: null }) }) };
    },
  },
  "sign_in.second_factor_options": {
    input: async (who) => {
      await own(who);
      return { challenge: await challengeOf(who, "code") };
    },
  },
  "step_up.passkey_options": nothing,
  "passkeys.options": nothing,
  "passkeys.add": {
    input: async ({ id, username }) => {
      const challenge = await asked({ purpose: "register", userId: id });
      const user = { id: handleOf(id), name: username, displayName: username };
      return { name: "laptop", response: newAuthenticator().create({ challenge, user }) };
    },
  },
  "passkeys.rename": { input: async (who) => ({ id: (await own(who)).id, name: "phone" }) },
  "passkeys.remove": { input: async (who) => ({ id: (await own(who)).id }) },
};
