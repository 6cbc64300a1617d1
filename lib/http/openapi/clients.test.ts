import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import type { RestOperation } from "#lib/core/operation.ts";
import { operations } from "#lib/operations.ts";
import { account, openStage, type Person, person } from "#tests/cast.ts";
import type { Story, Teller } from "#tests/clients/stories/story.ts";
import { sessionOf } from "#tests/credentials.ts";
import { session } from "#tests/presentations.ts";
import { samples } from "#tests/samples/operations.ts";
import { callOperation, openTestApi, type TestApi } from "#tests/test-api.ts";
import { binaryField, hasBody } from "../shape.ts";
import { openApi } from "./document.ts";

const home = resolve("tests/clients");
/** `npm test` installs them; without a network it may have to do without. */
const hasGenerators = existsSync(join(home, "node_modules"));

// Generators and compilers are programs of their own, which a busy machine starts late.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

describe.runIf(hasGenerators)("the API document, read by those who make clients of it", () => {
  let folder: string;
  let ada: Person;
  let token: string;
  let baseUrl: string;

  beforeAll(async () => {
    ({ ada } = await openStage({ RATE_LIMIT_FACTOR: "1000" }));
    token = await sessionOf(ada);
    baseUrl = `${(await openTestApi()).origin}/api/v1`;
    folder = mkdtempSync(join(home, "run-"));
    cpSync(join(home, "stories"), folder, { recursive: true });
    mkdirSync(join(folder, "generated"));
    writeFileSync(join(folder, "openapi.json"), JSON.stringify({ ...openApi(), servers: [{ url: baseUrl }] }));
    await node(join(home, "generate.mjs"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = promisify(execFile);
  const node = (...args: string[]) => run(process.execPath, args, { cwd: folder, maxBuffer: 1 << 24 });
  const load = <Module>(file: string): Promise<Module> => import(join(folder, file));

  test("two linters find nothing wrong with it", async () => {
    const { stdout } = await node(join(home, "lint.mjs"));
    expect(JSON.parse(stdout)).toEqual({ redocly: [], scalar: [] });
  });

  test("what generators make of it is sound TypeScript, and so is what uses that", async () => {
    const compiler = resolve("node_modules/typescript/bin/tsc");
    const { stdout } = await node(compiler, "--noEmit", "-p", ".").catch((failed: { stdout: string }) => failed);
    expect(stdout).toBe("");
  });

  test.each(["openapi-fetch", "hey-api", "orval"])(
    "a client made with %s signs in, makes, pages, reads, is refused and takes a file",
    async (client) => {
      const { tell } = await load<{ tell(teller: Teller): Promise<Story> }>(`${client}.ts`);
      const { email, password } = ada;
      const story = await tell({ baseUrl, token, email, password });
      expect(story.session).toMatch(/^lk_ses_/);
      expect(story.made).toHaveLength(3);
      expect(story.paged).toEqual(expect.arrayContaining(story.made));
      expect(story.ended).toEqual([204, 204, 204]);
      expect(new Set(story.paged).size).toBe(story.paged.length);
      expect([story.name, story.expiresAt]).toEqual(["first", expect.stringMatching(/T22:59:59\.000Z$/)]);
      expect(story.refused).toEqual({
        status: 422,
        code: "invalid_fields",
        pointer: "/scopes",
        message: "There is no scope nothing:known. GET /scopes lists them.",
      });
      const entries: { action: string }[] = story.log
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(entries.map(({ action }) => action)).toContain("tokens.create");
    },
  );

  describe("the validators that clients bring", () => {
    type Validators = Record<string, z.ZodType>;
    let validators: Validators;
    let api: TestApi;

    beforeAll(async () => {
      const files = ["generated/hey-api/zod.gen.ts", "generated/orval-zod.ts"];
      const [heyApi, orval] = await Promise.all(files.map((file) => load<Validators>(file)));
      validators = { ...heyApi, ...orval };
      api = await openTestApi();
    });

    /** What they object to, each by its own name for it; some are of one generator alone, none of neither. */
    function objections(name: string, value: unknown) {
      const found = [`z${name}`, name].flatMap((each) => validators[each] ?? []);
      if (found.length === 0) return [`nothing is called ${name}`];
      return found.flatMap((validator) => validator.safeParse(value).error?.message ?? []);
    }

    test.each(operations)("let pass what $name takes and answers", async (operation) => {
      const who = await person(await account("Own"), ["Administrator"]);
      const headers = await session(who, operation);
      const input = (await samples[operation.name]?.input(who)) ?? {};
      const name = pascal(operation.name);
      const sent = bodyOf(operation, input);
      if (sent) expect(objections(`${name}Body`, sent)).toEqual([]);
      const { status, body } = await callOperation(api, operation, input, headers);
      const isBytes = body instanceof Uint8Array;
      if (!isBytes) expect(objections(status < 300 ? `${name}Response` : "Problem", body)).toEqual([]);
    });
  });
});

/** What an operation is sent as JSON: what is neither in the path nor bytes. */
function bodyOf(operation: RestOperation, sent: Record<string, unknown>) {
  const { input, route } = operation;
  if (!hasBody(operation) || binaryField(input)) return undefined;
  return JSON.parse(JSON.stringify(sent, (name, value) => (route.includes(`{${name}}`) ? undefined : value)));
}

const pascal = (name: string) => name.replace(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());
