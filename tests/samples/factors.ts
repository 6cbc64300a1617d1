import { handedOut, type Person, person, sql } from "../cast.ts";
import { sessionOf } from "../credentials.ts";
import { authenticatorOf, challengeOf, linkOf, requireMfa } from "../factors.ts";
import type { Sample } from "./operations.ts";

const nothing = { input: async () => ({}) };

const colleagueOf = ({ accountId }: Person) => person(accountId, ["Member"]);

const secondFactor = {
  input: async (who: Person) => {
    const { code } = await authenticatorOf(who);
    return { challenge: await challengeOf(who, "code"), code: await code() };
  },
};

/** An authenticator of theirs, with which the sessions they have were proven. */
async function own(who: Person) {
  const { id } = await authenticatorOf(who);
  await sql("update sessions set strong = true where user_id = $1", who.id);
  return { id };
}

async function sessionIdOf(who: Person) {
  await sessionOf(who);
  const [newest] = await sql<{ id: string }>(
    "select id from sessions where user_id = $1 order by created_at desc limit 1",
    who.id,
  );
  return newest?.id;
}

/** Samples of what second factors, step-up and sessions are about. */
export const factorSamples: Record<string, Sample> = {
  "sign_in.second_factor": secondFactor,
  "sessions.create_mfa": secondFactor,
  "sign_in.begin_enrolment": {
    input: async (who) => {
      await requireMfa(who);
      return { challenge: await challengeOf(who, "enrol") };
    },
  },
  "sign_in.finish_enrolment": {
    input: async (who) => {
      await requireMfa(who);
      const { id, code } = await authenticatorOf(who, { confirmed: false });
      return { challenge: await challengeOf(who, "enrol"), id, code: await code() };
    },
  },
  "sign_in.new_password": {
    input: async (who) => {
      await sql("update users set password_once = true where id = $1", who.id);
      return { challenge: await challengeOf(who, "new-password"), newPassword: "Copper-Lantern-83" };
    },
  },
  "sign_in.check_disown": { input: async (who) => ({ link: await linkOf(who, "not-me") }) },
  "sign_in.disown": { input: async (who) => ({ link: await linkOf(who, "not-me") }) },
  "sessions.list": nothing,
  "sessions.end": { input: async (who) => ({ id: await sessionIdOf(who) }) },
  "sessions.end_others": { input: async (who) => sessionOf(who).then(() => ({})) },
  "users.list_sessions": { input: async (who) => ({ userId: (await colleagueOf(who)).id }) },
  "users.end_session": {
    input: async (who) => {
      const colleague = await colleagueOf(who);
      return { userId: colleague.id, id: await sessionIdOf(colleague) };
    },
  },
  "users.end_sessions": { input: async (who) => ({ userId: (await colleagueOf(who)).id }) },
  "step_up.get": nothing,
  "step_up.prove": {
    input: async ({ password }) => {
      handedOut.add(password);
      return { password };
    },
  },
  "step_up.end": {
    input: async ({ id }) => {
      await sql("update sessions set fresh_until = now() + interval '15 minutes' where user_id = $1", id);
      return {};
    },
  },
  "factors.get": nothing,
  "factors.disable": {
    input: async (who) => {
      await own(who);
      return {};
    },
  },
  "authenticators.add": nothing,
  "authenticators.confirm": {
    input: async (who) => {
      const { id, code } = await authenticatorOf(who, { confirmed: false });
      return { id, code: await code() };
    },
  },
  "authenticators.rename": { input: async (who) => ({ ...(await own(who)), name: "tablet" }) },
  "authenticators.remove": { input: own },
  "recovery_codes.renew": nothing,
  "users.remove_factors": {
    input: async (who) => {
      const colleague = await colleagueOf(who);
      await authenticatorOf(colleague);
      return { id: colleague.id };
    },
  },
};
