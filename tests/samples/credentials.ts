import { randomUUID } from "node:crypto";
import { transaction } from "#db/client.ts";
import { sealCredential } from "#lib/vault/service-credentials/sealed.ts";
import { handedOut, type Person, sql } from "../cast.ts";
import type { Sample } from "./operations.ts";

type System = { kind?: string; baseUrl?: string; mode?: string; readableByPrograms?: boolean };

/** A system of an account; its id. */
export async function integrationRow(accountId: string, system: System = {}): Promise<string> {
  const { kind = "http-bearer", baseUrl = "https://127.0.0.1/", mode = "manual", readableByPrograms = true } = system;
  const [made] = await sql<{ id: string }>(
    `insert into integrations (account_id, name, kind, base_url, mode, adapter, readable_by_programs)
     values ($1, $2, $3, $4, $5, 'hook', $6) returning id`,
    accountId,
    randomUUID(),
    kind,
    baseUrl,
    mode,
    readableByPrograms,
  );
  return made?.id ?? "";
}

/** What somebody keeps for a system; its id. */
export async function credentialRow(
  { id: userId, accountId }: Person,
  integrationId: string,
  secret: string = randomUUID(),
) {
  const id = randomUUID();
  const sealed = await transaction((tx) => sealCredential(tx, { accountId }, id, secret));
  handedOut.add(secret);
  await sql(
    `insert into service_credentials (id, account_id, user_id, integration_id, name, kind, username, sealed_secret)
     values ($1, $2, $3, $4, $5, 'token', 'somebody', $6)`,
    id,
    accountId,
    userId,
    integrationId,
    randomUUID(),
    sealed,
  );
  return id;
}

const ownOne = async (who: Person) => ({ id: await credentialRow(who, await integrationRow(who.accountId)) });
const integration = async ({ accountId }: Person) => ({ integrationId: await integrationRow(accountId) });
const nothing = { input: async () => ({}) };

/** Samples of what people keep for other systems. */
export const credentialSamples: Record<string, Sample> = {
  "integrations.list": nothing,
  "integrations.get": { input: integration },
  "integrations.create": {
    input: async () => ({ name: "Git server", kind: "git-https", baseUrl: "https://git.example.com/a.git" }),
  },
  "integrations.update": { input: async (who) => ({ ...(await integration(who)), name: "Git" }) },
  "integrations.delete": { input: integration },
  "credentials.list": nothing,
  "credentials.list_systems": nothing,
  "credentials.get": { input: ownOne },
  "credentials.create": {
    input: async ({ accountId }) => {
      const secret = randomUUID();
      handedOut.add(secret);
      return { integrationId: await integrationRow(accountId), name: "build server", kind: "token", secret };
    },
  },
  "credentials.update": { input: async (who) => ({ ...(await ownOne(who)), name: "renamed" }) },
  "credentials.delete": { input: ownOne },
  "credentials.reveal": { input: ownOne },
  "credentials.test": { input: ownOne },
};
