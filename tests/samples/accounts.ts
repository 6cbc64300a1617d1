import { account, manage, type Person, person, sql } from "../cast.ts";
import type { Sample } from "./operations.ts";

const own = async ({ accountId }: Person) => ({ accountId });

/** What to ask the operations about accounts with. */
export const accountSamples: Record<string, Sample> = {
  "accounts.list": { input: async () => ({}) },
  "accounts.create": {
    input: async ({ username }) => ({
      name: "Annexe",
      administratorName: "First Administrator",
      administratorEmail: `${username}@annexe.example`,
    }),
  },
  "accounts.preview_policies": { input: async (person) => ({ ...(await own(person)), mfaRequired: "true" }) },
  "accounts.get": { input: own },
  "accounts.update": { input: async (person) => ({ ...(await own(person)), mfaGraceDays: 3 }) },
  "accounts.topology": { input: own },
  "relations.list": { input: async () => ({}) },
  "relations.narrow": {
    input: async (person) => ({ ...(await withManaged(person)), rights: ["*:managed:get:*"] }),
  },
  "relations.end": { input: withManaged },
  "relation_proposals.list": { input: async () => ({}) },
  "relation_proposals.create": {
    input: async () => ({ otherId: await account("Wharf"), side: "managing", rights: ["*:managed:*:*"] }),
  },
  "relation_proposals.agree": { input: async (person) => ({ id: await proposalTo(person) }) },
  "relation_proposals.drop": { input: async (person) => ({ id: await proposalTo(person) }) },
};

async function withManaged({ accountId }: Person) {
  const otherId = await account("Wharf");
  await manage(accountId, otherId);
  return { kind: "managed", otherId };
}

/** Another account wants to be managed by this person's; the proposal's id. */
export async function proposalTo({ accountId }: Person, from?: string): Promise<string> {
  const other = from ?? (await account("Wharf"));
  const proposer = await person(other, ["Administrator"]);
  const [made] = await sql<{ id: string }>(
    `insert into relation_proposals (kind, proposed_by, managing_id, managed_id, rights, created_by, expires_at)
     values ('managed', $1, $2, $1, '{*:managed:*:*}', $3, now() + interval '30 days') returning id`,
    other,
    accountId,
    proposer.id,
  );
  return made?.id ?? "";
}
