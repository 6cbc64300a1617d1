import type { IncomingMessage, ServerResponse } from "node:http";

type Token = { id: number; name: string; user: string; secret: string; expiresAt?: string };

/** What a pretended git server has, and whether the answer to the next token made there is lost on its way. */
export type GitServer = {
  live: Token[];
  losesNextAnswer: boolean;
  /** By which address it knows a user, where that is not `name@example.org`, and who has not confirmed theirs. */
  addresses: Record<string, string>;
  unconfirmed: string[];
  /** Called when a token was made, before that is answered. */
  onMade?: () => Promise<unknown>;
  /** Called when a token is ended, before it is. */
  onEnd?: (id: string) => Promise<unknown>;
  answer: (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;
  emailOf: (user: string) => string;
};

type Answer = { status: number; body?: unknown };
type ReceivedRequest = { method: string; url: URL; headers: IncomingMessage["headers"]; body: Record<string, string> };

let made = 0;

/** Makes a token. Refuses a name that the user has given already. */
async function add(
  server: GitServer,
  user: string,
  { name = "", expires_at }: ReceivedRequest["body"],
): Promise<Answer> {
  if (server.live.some((token) => token.user === user && token.name === name)) return { status: 400 };
  const token: Token = { id: ++made, name, user, secret: `secret-${made}`, expiresAt: expires_at };
  server.live.push(token);
  const isLost = server.losesNextAnswer;
  server.losesNextAnswer = false;
  await server.onMade?.();
  return isLost ? { status: 502 } : { status: 201, body: { id: token.id, sha1: token.secret, token: token.secret } };
}

async function end(server: GitServer, which: (token: Token) => boolean): Promise<Answer> {
  const [token] = server.live.filter(which);
  if (!token) return { status: 404 };
  await server.onEnd?.(String(token.id));
  server.live = server.live.filter(({ id }) => id !== token.id);
  return { status: 204 };
}

function serverOf(answerTo: (server: GitServer, asked: ReceivedRequest) => Answer | Promise<Answer>): GitServer {
  const server: GitServer = {
    live: [],
    losesNextAnswer: false,
    addresses: {},
    unconfirmed: [],
    emailOf: (user) => server.addresses[user] ?? `${user}@Example.org`,
    async answer(req, res) {
      const text = await new Response(req as unknown as ReadableStream).text();
      const url = new URL(String(req.url), "https://git.example.com");
      const asked = { method: req.method ?? "", url, headers: req.headers, body: text ? JSON.parse(text) : {} };
      const { status, body } = await answerTo(server, asked);
      res.writeHead(status).end(body && JSON.stringify(body));
    },
  };
  return server;
}

/** A Gitea, whose administrator is `root:s3cret`. */
export const gitea = (): GitServer =>
  serverOf((server, { method, url, headers, body }) => {
    if (headers.authorization !== `Basic ${btoa("root:s3cret")}`) return { status: 401 };
    const [, known] = /^\/api\/v1\/users\/([^/]+)$/.exec(url.pathname) ?? [];
    const active = !server.unconfirmed.includes(String(known));
    if (known) return { status: 200, body: { login: known, email: server.emailOf(known), active } };
    const [, user, which] = /^\/api\/v1\/users\/([^/]+)\/tokens(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!user) return { status: 404 };
    if (method === "POST" && !which) return add(server, user, body);
    const named = decodeURIComponent(which ?? "");
    return end(server, (token) => token.user === user && [String(token.id), token.name].includes(named));
  });

/** A GitLab, whose administrator's token is `glpat-root`. Each name is of the user 42. */
export const gitLab = (): GitServer =>
  serverOf((server, { method, url, headers, body }) => {
    if (headers["private-token"] !== "glpat-root") return { status: 401 };
    const { pathname: path, searchParams: query } = url;
    const username = String(query.get("username"));
    const confirmed_at = server.unconfirmed.includes(username) ? null : "2026-01-01T00:00:00Z";
    const known = { id: 42, username, email: server.emailOf(username), confirmed_at };
    if (path === "/api/v4/users") return { status: 200, body: [known] };
    if (path === "/api/v4/users/42/personal_access_tokens") return add(server, "42", body);
    const which = path.replace(/^\/api\/v4\/personal_access_tokens\/?/, "");
    if (method === "DELETE") return end(server, ({ id }) => String(id) === which);
    const found = server.live.filter(
      ({ user, name }) => user === query.get("user_id") && name.includes(query.get("search") ?? ""),
    );
    return { status: 200, body: found.map(({ id, name }) => ({ id, name, revoked: false })) };
  });
