import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { openStage, type Person, person, sql } from "#tests/cast.ts";
import { bearer, type Headers, sessionOf } from "#tests/credentials.ts";
import { drawing } from "#tests/samples/operations.ts";
import { openTestApi, type TestApi } from "#tests/test-api.ts";

let api: TestApi;
let here: string;

beforeAll(async () => {
  here = (await openStage({ RATE_LIMIT_FACTOR: "1000" })).here;
  api = await openTestApi();
});

async function someone(): Promise<{ who: Person; headers: Headers }> {
  const who = await person(here, ["Member"]);
  return { who, headers: bearer(await sessionOf(who)) };
}

const put = (headers: Headers, body: Uint8Array | string, type = "image/png") =>
  api.request("/api/v1/me/picture", { method: "PUT", headers: { ...headers, "content-type": type }, body });

const stored = async ({ id }: Person) =>
  (await sql<{ content: Buffer }>("select content from pictures where user_id = $1", id))[0]?.content;

/** What a camera leaves in a picture, and where it was. */
const traces = { IFD0: { Copyright: "Ada", Artist: "Ada Lovelace" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
const photo = () => drawing(400).withExif(traces).withMetadata({ density: 300 });

describe("a picture", () => {
  const kinds: [type: string, bytes: () => Promise<Buffer>][] = [
    ["image/png", () => photo().png().toBuffer()],
    ["image/jpeg", () => photo().jpeg().toBuffer()],
    ["image/webp", () => photo().webp().toBuffer()],
  ];

  test.each(kinds)("%s is drawn anew as WebP, 256 pixels square, with nothing but its pixels", async (type, bytes) => {
    const { who, headers } = await someone();
    const given = await bytes();
    expect((await sharp(given).metadata()).exif).toBeDefined();
    expect((await put(headers, given, type)).status).toBe(200);
    const kept = (await stored(who)) ?? Buffer.alloc(0);
    const { format, width, height, exif, xmp, icc, iptc } = await sharp(kept).metadata();
    expect({ format, width, height, exif, xmp, icc, iptc }).toEqual({ format: "webp", width: 256, height: 256 });
    expect(kept.includes("Lovelace")).toBe(false);
  });

  test("is turned as its camera was held", async () => {
    const { who, headers } = await someone();
    const wide = drawing(100).extend({ right: 100, background: "red" });
    await put(headers, await wide.withMetadata({ orientation: 6 }).jpeg().toBuffer(), "image/jpeg");
    const { data, info } = await sharp((await stored(who)) ?? Buffer.alloc(0))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const redAt = (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 0) > 128;
    expect([redAt(128, 20), redAt(128, 235)]).toEqual([false, true]);
  });

  test("that moves stands still", async () => {
    const { who, headers } = await someone();
    const frames = await sharp({ create: { width: 20, height: 60, channels: 3, background: "teal" } })
      .raw()
      .toBuffer();
    const moving = sharp(frames, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } }).webp({
      loop: 0,
      delay: [100, 100, 100],
    });
    expect((await put(headers, await moving.toBuffer(), "image/webp")).status).toBe(200);
    expect((await sharp((await stored(who)) ?? Buffer.alloc(0)).metadata()).pages ?? 1).toBe(1);
  });

  test("is one of each person's: a second replaces the first, and it can be removed", async () => {
    const { who, headers } = await someone();
    const [one, other] = [await drawing(10).png().toBuffer(), await drawing(10).negate().png().toBuffer()];
    const etags = [(await put(headers, one)).field("etag"), (await put(headers, other)).field("etag")];
    expect(new Set(etags).size).toBe(2);
    expect(await sql("select 1 from pictures where user_id = $1", who.id)).toHaveLength(1);
    const remove = () => api.request("/api/v1/me/picture", { method: "DELETE", headers });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect((await api.request("/api/v1/me/picture", { headers })).status).toBe(404);
  });

  test("is shown in the profile by an address that changes with it", async () => {
    const { headers } = await someone();
    const shown = async () => (await api.request("/api/v1/me", { headers })).field("pictureUrl");
    expect(await shown()).toBe("null");
    await put(headers, await drawing(10).png().toBuffer());
    const address = await shown();
    const answer = await api.request(`/api/v1${address}`, { headers });
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "image/webp"]);
    await put(headers, await drawing(10).negate().png().toBuffer());
    expect(await shown()).not.toBe(address);
  });
});

describe("what is refused, and leaves the picture there was", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  const wide = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
  const cut = async () => (await drawing(300).jpeg().toBuffer()).subarray(0, 400);
  const heavy = async () => Buffer.concat([await drawing().png().toBuffer(), Buffer.alloc(2 * 1024 * 1024)]);

  const bad: [what: string, bytes: () => Promise<Uint8Array | string>, type: string, status: number, code: string][] = [
    ["more than 2 MB", heavy, "image/png", 413, "too_large"],
    ["4097 pixels wide", () => wide(4097, 10), "image/png", 422, "too_wide"],
    ["4097 pixels high", () => wide(10, 4097), "image/png", 422, "too_wide"],
    ["text", async () => "hello", "image/png", 422, "unreadable"],
    ["nothing", async () => "", "image/png", 422, "unreadable"],
    ["half a picture", cut, "image/jpeg", 422, "unreadable"],
    ["an SVG, called PNG", async () => svg, "image/png", 422, "unreadable"],
    ["a GIF, called PNG", () => drawing().gif().toBuffer(), "image/png", 422, "unreadable"],
    ["a TIFF, called JPEG", () => drawing().tiff().toBuffer(), "image/jpeg", 422, "unreadable"],
    ["an AVIF, called WebP", () => drawing().avif().toBuffer(), "image/webp", 422, "unreadable"],
    ["an SVG", async () => svg, "image/svg+xml", 415, "unsupported_media_type"],
    ["a GIF", () => drawing().gif().toBuffer(), "image/gif", 415, "unsupported_media_type"],
    ["a picture in a form", async () => "--x--", "multipart/form-data; boundary=x", 415, "unsupported_media_type"],
    ["a picture without a type", () => drawing().png().toBuffer(), "", 415, "unsupported_media_type"],
  ];

  test.each(bad)("%s", async (_, bytes, type, status, code) => {
    const { who, headers } = await someone();
    await put(headers, await drawing(10).png().toBuffer());
    const before = await stored(who);
    const answer = await put(headers, await bytes(), type);
    const found =
      status === 422 ? (answer.body as { errors: { code: string }[] }).errors[0]?.code : answer.field("code");
    expect([answer.status, found]).toEqual([status, code]);
    expect(await stored(who)).toEqual(before);
  });

  test("4096 pixels each way are welcome", async () => {
    const { headers } = await someone();
    expect((await put(headers, await wide(4096, 4096))).status).toBe(200);
  });
});
