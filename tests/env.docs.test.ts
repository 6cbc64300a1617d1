import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseEnv, variableNames } from "#lib/env.ts";

// The commands set NODE_ENV; nobody is to configure it.
const documented = variableNames.filter((name) => name !== "NODE_ENV").toSorted();

const rows = [...readFileSync("README.md", "utf8").matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)];
const example = readFileSync(".env.example", "utf8");

test("README's table of settings names each one, and none that there is not", () => {
  expect(rows.map(([, name]) => name).toSorted()).toEqual(documented);
});

test(".env.example names each setting, and none that there is not", () => {
  const names = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(documented);
});

test(".env.example sets nothing by itself", () => {
  expect(example.split("\n").filter((line) => line && !line.startsWith("#"))).toEqual([]);
});

test("a default that README states is the one that holds", () => {
  const defaults = new Map(Object.entries(parseEnv({})));
  for (const [, name = "", stated = ""] of rows) {
    const value = defaults.get(name);
    const isPlain = ["string", "number"].includes(typeof value);
    if (isPlain) expect(stated, name).toBe(`\`${String(value).replace("localhost:3000", "localhost:$PORT")}\``);
  }
});
