import { createHash } from "node:crypto";
import { eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { pictures } from "#db/schema/users.ts";
import { badField, notFound, Refusal } from "#lib/core/errors.ts";
import { binary } from "#lib/core/fields.ts";
import { defineOperation } from "#lib/core/operation.ts";
import { unchanged } from "#lib/core/unchanged.ts";

const largest = 2 * 1024 * 1024;
const widest = 4096;
const side = 256;
const kinds = ["png", "jpeg", "webp"];

/** The own picture, WebP, 256 pixels square. */
export const getPicture = defineOperation({
  name: "picture.get",
  summary: "Read your profile picture",
  route: "GET /me/picture",
  allow: "get:profile",
  about: "oneself",
  input: z.strictObject({ v: z.string().max(64).optional().meta({ description: "Changes with the picture" }) }),
  output: z.object({ content: binary(), contentType: z.literal("image/webp"), etag: z.string() }),

  async run({ actor, tx }) {
    const [picture] = await tx.select().from(pictures).where(eq(pictures.userId, actor.id));
    if (!picture) throw notFound("picture");
    return { content: new Uint8Array(picture.content), contentType: "image/webp" as const, etag: picture.etag };
  },
});

/** Replaces the own picture. It is decoded and drawn anew, so nothing but its pixels stays. */
export const putPicture = defineOperation({
  name: "picture.put",
  summary: "Replace your profile picture",
  route: "PUT /me/picture",
  allow: "update:profile",
  about: "oneself",
  stepUp: "never",
  whileImpersonating: "allowed",
  limit: { name: "picture", points: 30, seconds: 3600 },
  input: z.strictObject({
    picture: binary().meta({ format: "binary", description: "PNG, JPEG or WebP, at most 2 MB and 4096 × 4096 pixels" }),
  }),
  output: z.object({ etag: z.string().meta({ description: "Changes with the picture" }) }),
  audit: ({ actor, output }) => ({ target: actor.id, details: { etag: output.etag } }),

  async run({ actor, tx }, { picture }) {
    const content = await redraw(picture);
    const etag = createHash("sha256").update(content).digest("base64url").slice(0, 22);
    const kept = await tx
      .insert(pictures)
      .values({ userId: actor.id, content, etag })
      .onConflictDoUpdate({
        target: pictures.userId,
        set: { content, etag, modifiedAt: sql`now()` },
        setWhere: ne(pictures.etag, etag),
      })
      .returning({ etag: pictures.etag });
    return kept.length ? { etag } : unchanged({ etag });
  },
});

/** Removes the own picture; initials stand in its place. */
export const deletePicture = defineOperation({
  name: "picture.delete",
  summary: "Remove your profile picture",
  route: "DELETE /me/picture",
  allow: "update:profile",
  about: "oneself",
  stepUp: "never",
  whileImpersonating: "refused",
  input: z.strictObject({}),
  output: z.object({}),
  audit: ({ actor }) => ({ target: actor.id }),

  async run({ actor, tx }) {
    const [gone] = await tx.delete(pictures).where(eq(pictures.userId, actor.id)).returning({ id: pictures.userId });
    if (!gone) throw notFound("picture");
    return {};
  },
});

const readers = ["VipsForeignLoadPngBuffer", "VipsForeignLoadJpegBuffer", "VipsForeignLoadWebpBuffer"];

/**
 * Loaded when first wanted, being large. Nothing but the three kinds is ever parsed, whatever the bytes claim to be.
 */
async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: readers });
  return sharp;
}

async function redraw(bytes: Uint8Array): Promise<Buffer> {
  if (bytes.length > largest) throw new Refusal("too_large", "A picture may have 2 MB at most.");
  if (bytes.length === 0) unreadable();
  const sharp = await loadSharp();
  const image = sharp(bytes, { limitInputPixels: widest * widest, failOn: "error", animated: false });
  const { format, width, height } = await image.metadata().catch(unreadable);
  if (!kinds.includes(format ?? "")) throw badField("picture", "wrong_kind", "Choose a PNG, JPEG or WebP picture.");
  const tooWide = Math.max(width ?? 0, height ?? 0) > widest;
  if (tooWide) throw badField("picture", "too_wide", "Choose a picture of at most 4096 × 4096 pixels.");
  return image.rotate().resize(side, side, { fit: "cover" }).webp({ quality: 85 }).toBuffer().catch(unreadable);
}

function unreadable(): never {
  throw badField("picture", "unreadable", "This is not a whole PNG, JPEG or WebP picture. Choose another file.");
}
