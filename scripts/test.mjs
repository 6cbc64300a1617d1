import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBrowser } from "./browser.mjs";
import { build, checkNode, installDependencies, installGenerators, needsBuild, root } from "./prepare.mjs";
import { Failure, giveUp } from "./progress.mjs";

const minutes = 60_000;

// What configures a portal on this machine must not reach the ones under test.
const settings =
  /^(NODE_ENV|PORT|HOST|APP_URL|DATA_DIR|DATABASE_.*|AUTH_.*|ENCRYPTION_KEYS|ADMIN_.*|ACCOUNT_.*|SMTP_URL|MAIL_FROM|TRUSTED_PROXIES|SCOPES_FILE|WORKER|LOG_LEVEL|RATE_LIMIT_FACTOR|(PROVISIONING_)?CHANGES_PER_MINUTE)$/;
for (const name of Object.keys(process.env)) if (settings.test(name)) delete process.env[name];
process.env.NEXT_TELEMETRY_DISABLED = "1";

const results = join(root, "test-results");
const total = { passed: 0, failed: 0 };
const summary = [];
/** The tests that failed, told once more at the end: what went before is long. */
const failures = [];

main().catch(giveUp);

async function main() {
  process.chdir(root);
  checkNode();
  const node = await installDependencies();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);

  await step("Format and lint", () => run(node, ["node_modules/@biomejs/biome/bin/biome", "check", "."]));
  // Installing the generators waits for the network: the pages are built meanwhile.
  const building = step("Build", () => pages(node));
  await step("Generators of clients", generators);
  const built = await building;
  await step("Types", () => types(node));
  await step("Unit and integration tests", () => unit(node));
  // Both wait for servers most of their time.
  const crashing = step("Crash test", () => run(node, ["scripts/crash.ts"], 5 * minutes));
  await step("Attacks on the built server", () => (built ? attacks(node) : { passed: 0, failed: 1 }));
  await crashing;
  await step("End-to-end tests", () => (built ? endToEnd(node) : { passed: 0, failed: 1 }));
  report();
}

/** Runs one step; failing does not keep the next from running, so that all failures are seen at once. */
async function step(title, work) {
  console.log(`\n── ${title} ──`);
  const began = Date.now();
  const { passed, failed } = await Promise.resolve().then(work).catch(complain);
  total.passed += passed;
  total.failed += failed;
  const seconds = Math.round((Date.now() - began) / 1000);
  summary.push(`${title}: ${passed} passed, ${failed} failed, ${seconds} s`);
  return failed === 0;
}

function complain(error) {
  if (!(error instanceof Failure)) console.error(error);
  else console.error(`${error.output}\n${error.message}\n${error.remedy}`);
  return { passed: 0, failed: 1 };
}

async function types(node) {
  await run(node, ["node_modules/next/dist/bin/next", "typegen"]);
  return run(node, ["node_modules/typescript/bin/tsc", "--noEmit"]);
}

/** Without a network, what is tested with them is skipped. */
async function generators() {
  const areThere = await installGenerators();
  if (!areThere) console.log("The package registry cannot be reached: no clients are made of the API document.");
  return { passed: areThere ? 1 : 0, failed: 0 };
}

async function pages(node) {
  if (needsBuild()) await build(node);
  else console.log("The pages are up to date.");
  return { passed: 1, failed: 0 };
}

const unit = (node) => vitest(node, "unit.json", []);
const attacks = (node) => vitest(node, "attacks.json", ["--config", "tests/attacks/vitest.config.ts"]);

async function vitest(node, report, args) {
  const file = join(results, report);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { failed } = await run(node, ["node_modules/vitest/vitest.mjs", "run", ...args, ...reporters], 20 * minutes);
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = read(file);
  failures.push(...testResults.flatMap(failuresOf));
  return { passed: numPassedTests, failed: Math.max(numFailedTests, failed) };
}

async function endToEnd(node) {
  process.env.CHROMIUM = await ensureBrowser(node);
  const config = "--config=e2e/playwright.config.ts";
  const { failed } = await run(node, ["node_modules/@playwright/test/cli.js", "test", config], 26 * minutes);
  const { stats = {}, suites = [] } = read(join(results, "e2e.json"));
  const { expected = 0, unexpected = 0, flaky = 0 } = stats;
  failures.push(...suites.flatMap((suite) => failedSpecs(suite)));
  return { passed: expected, failed: Math.max(unexpected + flaky, failed) };
}

/** What vitest says of one file: the file's own error, and each test that failed with the first lines of why. */
function failuresOf({ name, status, message, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status === "failed");
  const file = relative(root, name);
  if (tests.length === 0) return status === "failed" ? [failure(file, message)] : [];
  return tests.map((test) => failure(`${file} › ${test.fullName}`, test.failureMessages.join("\n")));
}

/** The same of Playwright's suites, which hold suites. */
function failedSpecs({ suites = [], specs = [] }) {
  const failed = specs.filter((spec) => !spec.ok);
  const own = failed.map((spec) => failure(`${spec.file}:${spec.line} › ${spec.title}`, errorsOf(spec).join("\n")));
  return [...own, ...suites.flatMap((suite) => failedSpecs(suite))];
}

function errorsOf({ tests }) {
  return tests.flatMap((test) => test.results.flatMap((result) => result.errors.map((error) => error.message ?? "")));
}

function failure(where, why) {
  const lines = stripVTControlCharacters(why).split("\n").slice(0, 12);
  return `✗ ${where}\n  ${lines.join("\n  ")}`;
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** Runs a program in full view; it counts as one test. */
function run(node, args, timeout = 5 * minutes) {
  const PATH = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
  // On SIGINT test runners end the programs that they have started.
  const killing = { timeout, killSignal: "SIGINT" };
  const options = { env: { ...process.env, PATH }, stdio: ["ignore", "inherit", "inherit"], ...killing };
  return new Promise((done) => {
    const child = spawn(node, args, options);
    child.on("error", (error) => done(complain(error)));
    child.on("close", (code) => done(code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }));
  });
}

function report() {
  if (failures.length > 0) console.log(`\n── What failed ──\n${failures.join("\n")}`);
  console.log(`\n── Result ──\n${summary.join("\n")}\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}
