import { randomUUID } from "node:crypto";
import { and, count, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { integrations, systemKinds } from "#lib/db/schema/secrets.ts";
import { groups } from "#lib/db/schema.ts";
import { badField, breaks, conflict, notFound, Refusal } from "./core/errors.ts";
import { accountId, name, secretOnce, uuid } from "./core/fields.ts";
import { defineOperation } from "./core/operation.ts";
import { icons } from "./integrations/icons.ts";
import { adapters, here, type Integration, makesFor, readIntegration, wireIntegration } from "./integrations/list.ts";
import { sealAdapterSecret } from "./integrations/sealed.ts";
import { mintWebhookSecret } from "./notifications/webhook.ts";
import { accessChanged, withdrawOfIntegration } from "./provisioning/queue.ts";
import { holdAgreement } from "./relations/agreement.ts";
import type { Giver } from "./roles/giving.ts";
import { isAddressOf, type SystemKind, systemFacts } from "./service-credentials/systems.ts";

const mostOfAccount = 500;

const integrationId = uuid().meta({ description: "The integration's id" });
const systemName = name(100).meta({ description: "Unique among the account's integrations", example: "Git server" });
const baseUrl = z
  .string()
  .trim()
  .max(500, "Use at most 500 characters.")
  .regex(/^[a-z]+:\/\/[^\s\p{C}@][^\s\p{C}]*$/u, "Write a whole address like https://git.example.com.")
  .meta({ description: "Where it is; what people keep is tried there" });
const icon = z.enum(icons).meta({ description: "What it is drawn with; empty for what suits its kind" });
const headerName = z
  .string()
  .trim()
  .regex(/^[A-Za-z][\w-]{0,63}$/, "Use letters, digits, - and _.")
  .nullable()
  .meta({ description: "The header that its secret is sent in, for a system with a header of its own" });
const adapterUrl = z
  .string()
  .trim()
  .max(500, "Use at most 500 characters.")
  .pipe(z.url({ protocol: /^https$/, error: "Write a whole address that begins with https://." }))
  .refine((text) => !/^https:\/\/[^/?#]*@/i.test(text), "Leave out the name and password.")
  .transform((text) => new URL(text).href)
  .nullable()
  .meta({ description: "Where secrets are made: your hook, or the root of Gitea, Forgejo or GitLab" });
const adapterSecret = z
  .string()
  .min(1, "Fill this in.")
  .max(1000, "Use at most 1000 characters.")
  .regex(/^[^\p{Cc}]*$/u, "Use one line.")
  .meta({
    format: "password",
    description: "Gitea and Forgejo: `name:password` of an administrator; GitLab: an administrator's access token",
  });
const groupId = uuid().nullable().meta({ description: "The group whose members get one each; null for everybody" });
const rotateDays = z
  .number()
  .int()
  .min(1, "At least a day.")
  .max(365, "At most a year.")
  .nullable()
  .meta({ description: "After how many days each one is made anew; null for never" });
const readableByPrograms = z
  .boolean()
  .meta({ description: "May tokens with the scope Secret read what is kept for it?" });

/** A provisioning hook's signing secret is made here and shown this once. */
const signing = secretOnce().nullable().meta({
  secret: true,
  description: "With which calls to a provisioning hook are signed; shown this once",
});

/** Adds a system outside. An automatic one makes a secret for each of its people as soon as it is added. */
export const createIntegration = defineOperation({
  name: "integrations.create",
  summary: "Add a system for which people keep secrets",
  route: "POST /integrations",
  allow: "create:integration",
  fresh: true,
  input: z
    .strictObject({
      accountId,
      name: systemName,
      kind: z.enum(systemKinds).meta({ description: "What kind of system it is" }),
      baseUrl,
      icon: icon.default(""),
      headerName: headerName.default(null),
      mode: z
        .enum(["manual", "automatic"])
        .default("manual")
        .meta({ description: "Do people bring their own, or is one made for each?" }),
      adapter: z.enum(adapters).nullable().default(null).meta({ description: "How an automatic one makes them" }),
      adapterUrl: adapterUrl.default(null),
      adapterSecret: adapterSecret.optional(),
      groupId: groupId.default(null),
      rotateDays: rotateDays.default(null),
      readableByPrograms: readableByPrograms.default(false),
    })
    .meta({ examples: [{ name: "Git server", kind: "git-https", baseUrl: "https://git.example.com/team/app.git" }] }),
  output: wireIntegration.extend({ signingSecret: signing }),
  audit: ({ output }) => ({ target: output.id, details: { after: wordsOf(output) } }),

  async run(context, { adapterSecret, ...input }) {
    const { actor, place, tx } = context;
    demandFits(input);
    const secret = secretFor(input, adapterSecret);
    await demandGroup(context, input.groupId);
    await demandRoom(context);
    const [id, by] = [randomUUID(), { createdBy: actor.id, modifiedBy: actor.id }];
    const sealed = secret && (await keepSecret(context, id, secret));
    await tx
      .insert(integrations)
      .values({ ...input, ...by, ...sealed, id, accountId: place.accountId })
      .catch(nameTaken);
    await accessChanged(tx, { accountId: place.accountId, integrationId: id });
    return { ...(await readIntegration(context, id)), signingSecret: input.adapter === "hook" ? secret : null };
  },
});

const before = z
  .object({ name: z.string(), baseUrl: z.string(), readableByPrograms: z.boolean() })
  .meta({ description: "What it was until now" });

/**
 * Changes an integration; its kind and mode stay. Its address cannot lead to another host while people keep secrets for it,
 * nor can its adapter's without a new secret: or what is kept would be sent to whoever changed it.
 */
export const updateIntegration = defineOperation({
  name: "integrations.update",
  summary: "Change an integration",
  route: "PATCH /integrations/{integrationId}",
  allow: "update:integration",
  fresh: true,
  input: z
    .strictObject({
      accountId,
      integrationId,
      name: systemName.optional(),
      baseUrl: baseUrl.optional(),
      icon: icon.optional(),
      headerName: headerName.optional(),
      adapterUrl: adapterUrl.optional(),
      adapterSecret: adapterSecret.optional(),
      newSigningSecret: z.boolean().optional().meta({ description: "Make a new signing secret for the hook, at once" }),
      groupId: groupId.optional(),
      rotateDays: rotateDays.optional(),
      readableByPrograms: readableByPrograms.optional(),
      version: z.coerce
        .number()
        .int()
        .optional()
        .meta({ description: "The version you read; refused when it has grown" }),
    })
    .meta({ examples: [{ readableByPrograms: true }] }),
  output: wireIntegration.extend({ signingSecret: signing, before }),
  audit: ({ output }) => ({ target: output.id, details: { before: output.before, after: wordsOf(output) } }),

  async run(context, { integrationId, accountId: _, version, adapterSecret, newSigningSecret, ...changes }) {
    const { actor, place, tx } = context;
    await tx.select({ id: integrations.id }).from(integrations).where(here(context, integrationId)).for("update");
    const system = await readIntegration(context, integrationId);
    if (version !== undefined && version !== system.version) throw new Refusal("stale", changedElsewhere);
    const wanted = { ...system, ...changes };
    demandFits(wanted);
    demandSameHost(system, wanted.baseUrl);
    demandSecretForOther(system, wanted.adapterUrl, adapterSecret);
    if (changes.groupId && changes.groupId !== system.group?.id) await demandGroup(context, changes.groupId);
    const signingSecret = newSigningSecret && system.adapter === "hook" ? mintWebhookSecret() : null;
    const secret = signingSecret ?? (system.adapter === "hook" ? undefined : adapterSecret);
    const sealed = secret && (await keepSecret(context, integrationId, secret));
    const grown = { version: sql`${integrations.version} + 1`, modifiedAt: sql`now()`, modifiedBy: actor.id };
    await tx
      .update(integrations)
      .set({ ...changes, ...sealed, ...grown })
      .where(here(context, integrationId))
      .catch(nameTaken);
    await accessChanged(tx, { accountId: place.accountId, integrationId });
    return { ...(await readIntegration(context, integrationId)), signingSecret, before: wordsOf(system) };
  },
});

const changedElsewhere = "This integration was changed in the meantime. Nothing was saved.";

/** Removes an integration, and with it everything that people keep for it; what was made by it is withdrawn there. */
export const deleteIntegration = defineOperation({
  name: "integrations.delete",
  summary: "Remove an integration, with everything that people keep for it",
  route: "DELETE /integrations/{integrationId}",
  allow: "delete:integration",
  fresh: true,
  input: z.strictObject({ accountId, integrationId }),
  output: z.object({ before: before.extend({ kept: z.int(), people: z.int() }) }),
  audit: ({ input, output }) => ({ target: input.integrationId, details: { before: output.before } }),

  async run(context, { integrationId }) {
    const system = await readIntegration(context, integrationId);
    await withdrawOfIntegration(context.tx, integrationId);
    await context.tx.delete(integrations).where(here(context, integrationId));
    return { before: { ...wordsOf(system), kept: system.kept.count, people: system.kept.people } };
  },
});

const wordsOf = ({ name, kind, baseUrl, mode, adapterUrl, rotateDays, readableByPrograms }: Integration) => ({
  name,
  kind,
  baseUrl,
  mode,
  adapterUrl,
  rotateDays,
  readableByPrograms,
});

type Wanted = {
  kind: SystemKind;
  baseUrl: string;
  headerName: string | null;
  mode: "manual" | "automatic";
  adapter: (typeof adapters)[number] | null;
  adapterUrl: string | null;
};

/** Refuses what does not go together. */
function demandFits({ kind, baseUrl, headerName, mode, adapter, adapterUrl }: Wanted) {
  const { label, example } = systemFacts[kind];
  if (!isAddressOf(kind, baseUrl))
    throw badField("baseUrl", "no_address", `For ${label}, write an address like ${example}, without a password.`);
  if (kind === "http-header" && !headerName) throw badField("headerName", "missing", "Say which header it wants.");
  if (mode === "manual") return;
  if (!adapter) throw badField("adapter", "missing", "Say how secrets are made.");
  if (!makesFor(adapter, kind))
    throw badField("adapter", "makes_no_such", `What it makes opens nothing of the kind ${label}.`);
  if (!adapterUrl) throw badField("adapterUrl", "missing", "Say where secrets are made.");
}

/** What an adapter proves itself with: a hook's is made here, the others' is brought. */
function secretFor({ mode, adapter }: Wanted, brought: string | undefined): string | null {
  if (mode === "manual") return null;
  if (adapter === "hook") return mintWebhookSecret();
  if (!brought) throw badField("adapterSecret", "missing", "Say what it is to sign in with there.");
  if (adapter === "gitea" && !/^[^:]+:./.test(brought))
    throw badField("adapterSecret", "no_pair", "Write name:password of an administrator there.");
  return brought;
}

/** An adapter's secret as its row keeps it, with the account of who has it: a hook's ends with the right to act here. */
async function keepSecret({ actor, place, tx }: Giver, id: string, secret: string) {
  await holdAgreement(tx, place, actor.accountId);
  return {
    sealedAdapterSecret: await sealAdapterSecret(tx, place, id, secret),
    adapterSecretFrom: actor.accountId,
  };
}

const hostOf = (url: string) => new URL(url).host;

function demandSameHost({ baseUrl, kept, name }: Integration, wanted: string) {
  if (hostOf(baseUrl) === hostOf(wanted) || !kept.count) return;
  const message = `${kept.people} people keep secrets for ${name}, which would be sent to another host. Add another integration instead.`;
  throw conflict(message, [{ pointer: "/baseUrl", code: "in_use", message }]);
}

function demandSecretForOther({ adapter, adapterUrl }: Integration, wanted: string | null, secret?: string) {
  if (!adapterUrl || !wanted || hostOf(adapterUrl) === hostOf(wanted) || adapter === "hook" || secret) return;
  throw badField("adapterSecret", "missing", "Another host needs its own: the one that is kept is not sent there.");
}

async function demandGroup({ tx, place }: Giver, groupId: string | null) {
  if (!groupId) return;
  const theirs = and(eq(groups.id, groupId), eq(groups.accountId, place.accountId));
  const [group] = await tx.select({ id: groups.id }).from(groups).where(theirs);
  if (!group) throw notFound("group");
}

async function demandRoom({ tx, place }: Giver) {
  const [found] = await tx
    .select({ count: count() })
    .from(integrations)
    .where(eq(integrations.accountId, place.accountId));
  if (Number(found?.count) >= mostOfAccount)
    throw new Refusal("limit_reached", `This account has ${mostOfAccount} integrations, the most it may have.`);
}

function nameTaken(error: unknown): never {
  if (!breaks("integrations_name_once", error)) throw error;
  const message = "There is an integration of this name already. Choose another.";
  throw conflict(message, [{ pointer: "/name", code: "taken", message }]);
}
