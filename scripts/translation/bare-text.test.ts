import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { API, type Project } from "typescript/unstable/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bareTextIn } from "./bare-text.ts";

const root = join(import.meta.dirname, "../..");
const example = join(root, "components/example.tsx");
const config = join(root, "tsconfig.pages.json");
const pages = globSync("{app,components}/**/*.tsx", { cwd: root }).map((file) => join(root, file));

/** Each line of JSX, and whether a translated page breaks on it. */
const shapes: [jsx: string, breaks: boolean][] = [
  ["<p>{busy && <i />} Save</p>", true],
  ["<p>Save {busy && <i />}</p>", true],
  ['<p>{busy && "Saving"}<i /></p>', true],
  ['<p>Last {at ? <b>{at}</b> : "never"}</p>', true],
  ["<p>{at ? <>at {at}</> : <i />}</p>", true],
  ["<p>{many.map((one) => <b key={one}>{one}</b>)} in all</p>", true],
  ["<p>{given} {busy && <i />}</p>", true],
  ["<p>{busy ? given : given}</p>", true],
  ["<p><Perhaps /> then</p>", true],
  ["<p>{busy ? <i /> : <b />} Save</p>", true],
  ["<Alone>{busy && <i />} Save</Alone>", true],
  ["<p>{busy && <i />} <span>Save</span></p>", false],
  ["<p><i /> Save</p>", false],
  ['<p>{busy ? "Saving" : "Save"}</p>', false],
  ['<p>{busy ? "Saving" : "Save"} <i /></p>', false],
  ["<p>{busy ? <i>a</i> : <i>b</i>} Save</p>", false],
  ["<p key={String(busy)}>{busy ? given : given}</p>", false],
  ["<Alone title={<>Save <b>{at}</b></>} />", false],
];

const exampleText = `
import type { ReactNode } from "react";
declare const busy: boolean, at: string | null, many: string[], given: ReactNode;
declare function Perhaps(): React.JSX.Element | null;
declare function Alone(props: { title?: ReactNode; children?: ReactNode }): React.JSX.Element;
export const shapes = [
${shapes.map(([jsx]) => `${jsx},`).join("\n")}
];
`;

let api: API;
let project: Project;

beforeAll(() => {
  const options = { ...JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions, plugins: [] };
  const made: Record<string, string> = {
    [example]: exampleText,
    [config]: JSON.stringify({ compilerOptions: options, files: [example, ...pages] }),
  };
  api = new API({ cwd: root, fs: { readFile: (name) => made[name], fileExists: (name) => name in made || undefined } });
  project = api.updateSnapshot({ openProjects: [config] }).getProject(config) as Project;
}, 120_000);

afterAll(() => api.close());

function linesOf(file: string): number[] {
  const source = project.program.getSourceFile(file);
  if (!source) throw new Error(`${file} is not part of the program`);
  return bareTextIn(source, project.checker);
}

test("text that stands beside something that comes and goes is found, and no other", () => {
  const first = exampleText.split("\n").indexOf(`${shapes[0]?.[0]},`) + 1;
  const found = new Set(linesOf(example).map((line) => shapes[line - first]?.[0]));
  expect(shapes.filter(([jsx]) => found.has(jsx))).toEqual(shapes.filter(([, breaks]) => breaks));
});

test("no page has bare text beside something that comes and goes: a browser that translates would break it", () => {
  const found = pages.flatMap((file) => linesOf(file).map((line) => `${relative(root, file)}:${line}`));
  expect(found).toEqual([]);
}, 120_000);
