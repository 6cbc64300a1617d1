import type { Problem } from "#lib/http/next/action.ts";

/** What the server takes, `lib/people/pictures.ts`. */
const maxBytes = 2 * 1024 * 1024;
const widest = 4096;
/** Twice as many pixels as are kept, for the server to draw from. */
const side = 512;

/**
 * Puts a picture that is too large for the server into the form as a square that is not: cut from the middle and
 * upright, as the server would. One that fits stays as it is; so does one that the browser cannot read, if it is small
 * enough for the server to say what is wrong with it.
 */
export async function shrinkPicture(data: FormData): Promise<Problem | undefined> {
  const file = data.get("picture");
  if (!(file instanceof File)) return undefined;
  const drawn = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!drawn) return file.size > maxBytes ? unreadable : undefined;
  const fits = file.size <= maxBytes && Math.max(drawn.width, drawn.height) <= widest;
  if (!fits) data.set("picture", await squareOf(drawn), "picture");
  drawn.close();
  return undefined;
}

async function squareOf(drawn: ImageBitmap): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const cut = Math.min(drawn.width, drawn.height);
  const [left, top] = [(drawn.width - cut) / 2, (drawn.height - cut) / 2];
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  context.imageSmoothingQuality = "high";
  context.drawImage(drawn, left, top, cut, cut, 0, 0, side, side);
  // A browser that writes no WebP writes PNG, which the server takes as well.
  return new Promise((done, failed) =>
    canvas.toBlob(
      (blob) => (blob ? done(blob) : failed(new Error("the picture could not be made smaller"))),
      "image/webp",
      0.9,
    ),
  );
}

const message =
  "This browser cannot read the picture, and it is too large to send as it is. Choose a PNG, JPEG or WebP picture.";

const unreadable: Problem = {
  status: 422,
  code: "invalid_fields",
  title: "This picture cannot be read",
  detail: message,
  requestId: "",
  errors: [{ pointer: "/picture", code: "unreadable", message }],
};
