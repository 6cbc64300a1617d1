import { expect, test } from "vitest";
import type { z } from "zod";
import { operations } from "#lib/operations.ts";
import { typedValues } from "./next/form.ts";
import { shapeOf } from "./shape.ts";
import { typedIn } from "./typed.ts";

async function typed(fields: Record<string, string | Blob>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const request = new Request("http://localhost", { method: "POST", body: form });
  const type = request.headers.get("content-type") ?? "";
  return typedIn(Buffer.from(await request.arrayBuffer()), type);
}

test("texts that somebody typed are shown by what they are called, in the form's order", async () => {
  expect(
    await typed({ mobilePhone: "+44 20 7946 0000", webhookUrl: "https://a.example", reason: "One\r\ntwo" }),
  ).toEqual([
    ["Mobile phone", "+44 20 7946 0000"],
    ["Webhook URL", "https://a.example"],
    ["Reason", "One\r\ntwo"],
  ]);
});

test("what was left empty, files, and what the page sends by itself are not", async () => {
  const fields = { fullName: " ", name: new Blob(["a"]), $ACTION_KEY: "k1", id: "7", version: "3" };
  expect(await typed(fields)).toEqual([]);
});

/** The fields that a form never shows again when it is refused. */
function passwordsIn(input: z.ZodType): string[] {
  const form = new FormData();
  for (const name of Object.keys(shapeOf(input))) form.set(name, "x");
  const shown = typedValues(input, form);
  return [...form.keys()].filter((name) => !(name in shown));
}

test("nothing that any operation takes as a password, code, ticket or link is ever shown", async () => {
  const passwords = operations.flatMap(({ input }) => passwordsIn(input));
  const secrets = [...passwords, "code", "recoveryCode", "link", "ticket", "challenge", "token"];
  expect(secrets).toContain("adapterSecret");
  expect(await typed(Object.fromEntries(secrets.map((name) => [name, "x"])))).toEqual([]);
});

test("a form that was too long to keep has nothing to show", async () => {
  expect(await typedIn(Buffer.alloc(0), "multipart/form-data; boundary=x")).toEqual([]);
});
