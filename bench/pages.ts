import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { freePort } from "./processes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const empty = `${root}.data-bench/empty`;
const next = `${root}node_modules/next/dist/bin/next`;

/** A page and its kilobytes (1,000 bytes) of JavaScript, gzip, beyond those of an empty Next page. */
export type Weight = { page: string; kB: number };

/** Weighs the scripts of the portal's pages at this port, as somebody signed in gets them. */
export async function weighPages(port: number, who: { username: string; password: string }): Promise<Weight[]> {
  const base = `http://localhost:${port}`;
  const signInPage = await fetch(`${base}/sign-in`);
  const least = await weighEmptyPage();
  const html = await signInPage.text();
  const cookie = await signIn(base, html, who);
  const weights = [{ page: "/sign-in", kB: (await weigh(base, html)) - least }];
  const read = async (page: string) => {
    const answer = await fetch(base + page, { headers: { cookie }, redirect: "manual" });
    if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}`);
    return answer.text();
  };
  const pages = { "/profile": "/profile", "/tokens": "/tokens", "/users": "/users", "/users/…": await somebody(read) };
  for (const [page, path] of Object.entries(pages))
    weights.push({ page, kB: (await weigh(base, await read(path))) - least });
  return weights;
}

/** The page of the last person that the list shows, who is not the reader. */
async function somebody(read: (page: string) => Promise<string>): Promise<string> {
  const last = [...(await read("/users")).matchAll(/href="(\/users\/[0-9a-f-]{36})"/g)].at(-1);
  if (!last?.[1]) throw new Error("/users shows nobody");
  return last[1];
}

/** Sends the form as a browser without scripts does; answers the cookie it earns. */
async function signIn(base: string, html: string, { username, password }: { username: string; password: string }) {
  const form = new FormData();
  const own = html.split("<form").find((part) => part.includes('name="login"')) ?? "";
  for (const [field] of own.matchAll(/<input[^>]*type="hidden"[^>]*>/g))
    form.set(attribute(field, "name"), attribute(field, "value"));
  form.set("login", username);
  form.set("password", password);
  const options = { method: "POST", body: form, headers: { origin: base }, redirect: "manual" } as const;
  const answer = await fetch(`${base}/sign-in`, options);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf(";")));
  if (!cookies.length) throw new Error(`signing in answered ${answer.status} without a cookie`);
  return cookies.join("; ");
}

const attribute = (field: string, name: string) =>
  (new RegExp(`${name}="([^"]*)"`).exec(field)?.[1] ?? "").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** All scripts a page brings: those in tags, and those its components name for React to load. */
async function weigh(base: string, html: string): Promise<number> {
  const named = html.replaceAll("\\", "").matchAll(/(?:\/_next\/)?(static\/chunks\/[^"'\s<>]+?\.js)/g);
  const files = new Set([...named].map(([, file]) => `/_next/${file}`));
  for (const [, file] of html.matchAll(/<script[^>]+src="([^"]+)"[^>]*nomodule/gi)) files.delete(String(file));
  let bytes = 0;
  for (const file of files) {
    const answer = await fetch(base + file);
    if (!answer.ok) throw new Error(`${file} answered ${answer.status}`);
    bytes += gzipSync(Buffer.from(await answer.arrayBuffer())).length;
  }
  return bytes / 1000;
}

const files: Record<string, string> = {
  "app/layout.tsx":
    "export default ({ children }: { children: React.ReactNode }) => <html lang='en'><body>{children}</body></html>;\n",
  "app/page.tsx": "export default () => <p>Nothing here.</p>;\n",
  "next.config.ts": `export default { turbopack: { root: ${JSON.stringify(root)} }, typescript: { ignoreBuildErrors: true } };\n`,
};

/** Builds and serves an app of one empty page with the same Next, and weighs it. */
async function weighEmptyPage(): Promise<number> {
  rmSync(empty, { recursive: true, force: true });
  mkdirSync(`${empty}/app`, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(`${empty}/${name}`, content);
  const [built] = await once(run("build"), "exit");
  if (built !== 0) throw new Error("the empty page could not be built");
  const port = await freePort();
  const server = run("start", "--port", String(port), "--hostname", "127.0.0.1");
  try {
    return await weigh(`http://127.0.0.1:${port}`, await patientText(`http://127.0.0.1:${port}/`));
  } finally {
    server.kill();
  }
}

function run(...command: string[]) {
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  return spawn(process.execPath, [next, ...command], { cwd: empty, env, stdio: ["ignore", "ignore", "inherit"] });
}

async function patientText(url: string): Promise<string> {
  for (let left = 600; left > 0; left--) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return answer.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
}
