import { strToU8, zipSync } from "fflate";
import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Actor } from "#lib/core/actor.ts";
import type { Notice } from "#lib/core/notice.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { gather } from "./gather.ts";
import { asPage } from "./page.ts";

const zip = "application/zip" as const;

/**
 * Everything the portal keeps about the person who asks, in one zip: `data.json` for programs, `index.html` to read,
 * the picture. No secrets: neither passwords nor tokens are known here as anything but hashes.
 */
export const exportData = defineOperation({
  name: "data.export",
  summary: "Download everything the portal keeps about you, as a zip",
  route: "POST /me/exports",
  allow: "signed-in",
  stepUp: "in_person",
  idempotencyKey: true,
  limit: { name: "data_export", points: 10, seconds: 3600 },
  input: z.strictObject({}),
  output: z.object({
    // Marked as shown once, so that it is not kept with the answers under an Idempotency-Key.
    content: z
      .instanceof(Uint8Array)
      .meta({ format: "binary", secret: true, description: "The zip as it is", mediaTypes: [zip] }),
    contentType: z.literal(zip),
    fileName: z.string(),
  }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { bytes: output.content.length } }),
  notify: ({ actor }) => downloaded(actor),

  run: async ({ actor, tx }) => ({
    content: await pack(tx, actor),
    contentType: zip,
    fileName: "latchkey-my-data.zip",
  }),
});

async function pack(tx: Db, actor: Actor) {
  const { picture, ...data } = await gather(tx, actor);
  return zipSync({
    "data.json": strToU8(JSON.stringify(data, null, 2)),
    "index.html": strToU8(asPage(data)),
    ...(picture && { "picture.webp": picture }),
  });
}

const downloaded = ({ id, fullName }: Actor): Notice => ({
  userId: id,
  event: "data_downloaded",
  subject: "Your data was downloaded",
  paragraphs: [
    `Hello ${fullName},`,
    "a copy of everything the portal keeps about you was just downloaded. It holds no passwords and no tokens.",
    "If this was not you, secure your account.",
  ],
  button: { words: "Secure my account", path: "/secure-account" },
});
