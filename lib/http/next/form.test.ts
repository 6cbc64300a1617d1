import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inputOf, typedValues } from "./form.ts";

const schema = z
  .strictObject({
    name: z.string().optional(),
    scopes: z.array(z.string()).default([]),
    endOthers: z.boolean().default(true),
    password: z.string().meta({ format: "password" }),
    picture: z.instanceof(Uint8Array).optional(),
    again: z.string().meta({ format: "password" }).optional().meta({ description: "The same again" }),
    piped: z.string().transform(Number).optional(),
  })
  .refine(() => true);

function formOf(entries: [string, string | File][]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

describe("what a form sends becomes what the operation wants", () => {
  const forms: [what: string, entries: [string, string | File][], input: object][] = [
    ["a text", [["name", " ci "]], { name: " ci " }],
    ["a ticked box", [["endOthers", "on"]], { endOthers: true }],
    [
      "a box with its hidden other half",
      [
        ["endOthers", "false"],
        ["endOthers", "true"],
      ],
      { endOthers: true },
    ],
    ["a box left unticked", [["$contains", "endOthers"]], { endOthers: false }],
    ["one of a list", [["scopes", "Tasks"]], { scopes: ["Tasks"] }],
    [
      "several of a list",
      [
        ["scopes", "Tasks"],
        ["scopes", "User"],
      ],
      { scopes: ["Tasks", "User"] },
    ],
    ["none of a list", [["$contains", "scopes"]], { scopes: [] }],
    ["a file", [["picture", new File(["abc"], "a.png")]], { picture: new Uint8Array([97, 98, 99]) }],
    ["a field that is not the operation's", [["role", "Administrator"]], { role: "Administrator" }],
    [
      "Next's own",
      [
        ["$ACTION_ID_x", ""],
        ["$ACTION_REF_1", ""],
        ["$return_to", "/tokens"],
      ],
      {},
    ],
  ];

  test.each(forms)("%s", async (_, entries, input) => {
    const given = await inputOf(schema, formOf(entries));
    expect(given).toMatchObject(input);
    expect(Object.keys(given).filter((name) => name.startsWith("$"))).toEqual([]);
  });

  test("and what it does not contain is left out, boxes and lists too", async () => {
    const form = formOf([
      ["name", "ci"],
      ["$contains", "scopes"],
    ]);
    expect(await inputOf(schema, form)).toEqual({ name: "ci", scopes: [] });
    expect(typedValues(schema, form)).toEqual({ name: "ci", scopes: "" });
  });

  test("and what it says to contain is none of its business but boxes and lists", async () => {
    const form = formOf(["name", "password", "role"].map((name) => ["$contains", name]));
    expect(await inputOf(schema, form)).toEqual({});
  });

  test("and what is not the operation's is refused there", async () => {
    const given = await inputOf(
      schema,
      formOf([
        ["password", "x"],
        ["role", "Administrator"],
      ]),
    );
    expect(schema.safeParse(given).success).toBe(false);
  });
});

test("what was typed is shown again, but never a password, a file or what is not the form's", () => {
  const form = formOf([
    ["name", "ci"],
    ["password", "Violet-Kettle-29"],
    ["again", "Violet-Kettle-29"],
    ["picture", new File(["abc"], "a.png")],
    ["role", "Administrator"],
    ["$ACTION_KEY", "k"],
    ["$contains", "scopes"],
    ["$contains", "endOthers"],
  ]);
  expect(typedValues(schema, form)).toEqual({ name: "ci", scopes: "", endOthers: "" });
  const list = formOf([
    ["scopes", "Tasks"],
    ["scopes", "User"],
  ]);
  expect(typedValues(schema, list)).toMatchObject({ scopes: "Tasks\nUser" });
});
