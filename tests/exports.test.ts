import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = globSync("{app,bench,components,db,e2e,lib,scripts,tests}/**/*.{ts,tsx,mjs}", {
  exclude: (path) => path.includes("node_modules"),
}).concat(globSync("*.ts"));
const text = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

/** In how many files each word stands. */
const filesWith = new Map<string, number>();
for (const words of text.values())
  for (const word of new Set(words.match(/[A-Za-z_$][\w$]*/g))) filesWith.set(word, (filesWith.get(word) ?? 0) + 1);

/** What Next looks for by its name. */
const isNexts = (file: string) =>
  /^app\/(.*\/)?(page|layout|route|error|not-found|forbidden|global-error|loading)\.tsx?$/.test(file);
const exporting = /^export (?:default )?(?:async )?(?:const|let|function\*?|class|type|interface) (\w+)/gm;

test("what is exported is used by another file", () => {
  const own = files.filter(
    (file) => /^(app|components|db|lib)\//.test(file) && !/\.test\./.test(file) && !isNexts(file),
  );
  const names = own.flatMap((file) =>
    [...(text.get(file) ?? "").matchAll(exporting)].map(([, name = ""]) => ({ file, name })),
  );
  expect(names.length).toBeGreaterThan(1000);
  expect(names.filter(({ name }) => filesWith.get(name) === 1)).toEqual([]);
});
