import { expect, test } from "vitest";
import { z } from "zod";
import { password } from "#lib/core/fields.ts";
import { inputOf, typedValues } from "./form.ts";

const schema = z.strictObject({
  name: z.string(),
  password,
  endOthers: z.boolean().default(true),
  scopes: z.array(z.string()).optional(),
  picture: z.instanceof(Uint8Array).optional(),
});

const form = (...fields: [string, string | Blob][]) => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
};

test("an unticked box is false, a ticked one true, and a list a list", async () => {
  expect(await inputOf(schema, form(["name", "x"]))).toEqual({ name: "x", endOthers: false, scopes: [] });
  const ticked = await inputOf(schema, form(["endOthers", "on"], ["scopes", "a"], ["scopes", "b"]));
  expect(ticked).toEqual({ endOthers: true, scopes: ["a", "b"] });
});

test("a file is its bytes", async () => {
  const { picture } = await inputOf(schema, form(["picture", new File(["abc"], "a.png")]));
  expect(picture).toEqual(new Uint8Array([97, 98, 99]));
});

test("fields between the page and its action never reach the operation; other unknown ones do, and are refused", async () => {
  const input = await inputOf(schema, form(["$return_to", "/tokens"], ["$ACTION_KEY", "1"], ["role", "Administrator"]));
  expect(input).toMatchObject({ role: "Administrator" });
  expect(Object.keys(input).filter((name) => name.startsWith("$"))).toEqual([]);
  expect(schema.safeParse(input).success).toBe(false);
});

test("what was typed comes back, but for passwords and files", () => {
  const typed = form(
    ["name", "Ada"],
    ["password", "secret"],
    ["picture", new File(["abc"], "a.png")],
    ["$return_to", "/"],
  );
  expect(typedValues(schema, typed)).toEqual({ name: "Ada", endOthers: "", scopes: "" });
  expect(typedValues(schema, form(["scopes", "a"], ["scopes", "b"]))).toMatchObject({ scopes: "a\nb" });
});
