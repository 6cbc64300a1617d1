/** A page or the answer to a form: `html` of the body, `location` where it leads on to. */
export type Page = { status: number; headers: Headers; html: string; location?: string };

/** A browser without scripts: what it gets and sends are plain requests, and cookies stay until they are replaced. */
export type Browser = {
  get(path: string): Promise<Page>;
  /**
   * Sends the first form of the page at `path` that has all these fields (or, with `holding`, this text), with what
   * else stands in it, as a browser does: the server action that it names runs.
   */
  submit(path: string, fields: Record<string, string>, how?: { holding?: string }): Promise<Page>;
  /** Runs a server action as the page at `path` does with scripts: a form's, with these fields, of a list each item. */
  act(action: { id: string; path: string }, fields?: Record<string, string | string[]>): Promise<Page>;
  /** Signs in through the page: the page that it led to, or the one that says why not. */
  signIn(login: string, password: string): Promise<Page>;
  /** By name. */
  cookies: Map<string, string>;
};

/** Opens a browser at the portal, which comes from this address. */
export function openBrowser(url: string, from: string): Browser {
  const cookies = new Map<string, string>();
  const headers = () => ({ "x-forwarded-for": from, cookie: [...cookies].map((pair) => pair.join("=")).join("; ") });

  async function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Page> {
    const sent = { ...headers(), ...(init.method === "POST" && { origin: url }), ...init.headers };
    const answer = await fetch(new URL(path, url), { ...init, headers: sent, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const location = answer.headers.get("location") ?? undefined;
    return { status: answer.status, headers: answer.headers, html: await answer.text(), location };
  }

  async function submit(path: string, fields: Record<string, string>, { holding = "" } = {}) {
    const { html, status } = await send(path);
    const form = formsIn(html).find(
      (one) => one.includes(holding) && Object.keys(fields).every((name) => one.includes(`name="${name}"`)),
    );
    if (!form) throw new Error(`${path} (${status}) has no form with ${Object.keys(fields).join(", ") || holding}`);
    const body = new FormData();
    for (const [name, value] of controlsOf(form)) if (!(name in fields)) body.append(name, value);
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return send(path, { method: "POST", body });
  }

  // As React writes the state of a form and what was typed into it (`encodeReply`).
  async function act({ id, path }: { id: string; path: string }, fields: Record<string, string | string[]> = {}) {
    const body = new FormData();
    for (const [name, values] of Object.entries(fields))
      for (const value of [values].flat()) body.append(`_1_${name}`, value);
    body.append("0", '[{"status":"idle"},"$K1"]');
    return send(path, { method: "POST", body, headers: { accept: "text/x-component", "next-action": id } });
  }

  const signIn = (login: string, password: string) => submit("/sign-in", { login, password });
  return { get: (path) => send(path), submit, act, signIn, cookies };
}

function keep(cookies: Map<string, string>, line: string) {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  const isGone = value === "" || /;\s*max-age=0/i.test(line);
  if (isGone) cookies.delete(name);
  else cookies.set(name, value);
}

const formsIn = (html: string) => html.match(/<form\b[\s\S]*?<\/form>/g) ?? [];

/** What a form sends without anybody's doing: hidden fields, fields that are filled in, and ticks. */
const controlsOf = (form: string): [string, string][] =>
  (form.match(/<input\b[^>]*>/g) ?? []).flatMap((input) => {
    const name = attribute(input, "name");
    const isTick = /type="(checkbox|radio)"/.test(input);
    if (!name || (isTick && !/\schecked\b/.test(input))) return [];
    return [[name, attribute(input, "value") ?? (isTick ? "on" : "")] as [string, string]];
  });

function attribute(tag: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? [];
  return value && decoded(value);
}

const entities: Record<string, string> = { "&quot;": '"', "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#x27;": "'" };
const decoded = (text: string) => text.replace(/&(?:quot|amp|lt|gt|#x27);/g, (entity) => entities[entity] ?? entity);

/** What a form says when it was refused, without its tags; empty where it was not. */
export function refusalIn({ html }: Pick<Page, "html">): string {
  const [, said = ""] = /data-summary[^>]*>([\s\S]*?)<(?:label|input|\/form)\b/.exec(html) ?? [];
  return decoded(said.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")).trim();
}
