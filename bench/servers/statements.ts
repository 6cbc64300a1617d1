import { randomBytes } from "node:crypto";
import { verify } from "@node-rs/argon2";
import pg from "pg";
import { hashSecret } from "#lib/core/crypto/secrets.ts";

// As many connections as the portal has. Breaking off at the end of a run is no news.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
pool.on("error", () => {});

/** The single query of the hot path, prepared, as somebody would write it who does nothing else. */
const tokenStatement = `
  select t.id, t.name, t.scopes, t.expires_at, t.ended_at, u.id as user_id, u.account_id, u.username, u.full_name,
    u.email, u.active and a.active as active, a.name as account_name,
    (select json_agg(json_build_object('role', r.name, 'permissions', r.permissions))
       from user_roles g join roles r on r.id = g.role_id where g.user_id = u.id) as grants
  from tokens t join users u on u.id = t.user_id join accounts a on a.id = u.account_id
  where t.secret_hash = $1`;

/** The row of the token in an Authorization header; undefined when there is none. */
export async function findToken(authorization: string | undefined): Promise<unknown> {
  const values = [hashSecret(authorization?.slice("Bearer ".length) ?? "")];
  const { rows } = await pool.query({ name: "token", text: tokenStatement, values });
  return rows[0];
}

const aimsStatement = `
  select s.id, s.expires_at, s.idle_minutes, s.last_seen_at, row_to_json(a) as account, u.id as user_id, u.username,
    u.full_name, u.email, u.active, u.phone, u.version, u.created_at, u.modified_at,
    (select json_agg(json_build_object('id', r.id, 'role', r.name, 'permissions', r.permissions))
       from user_roles g join roles r on r.id = g.role_id where g.user_id = u.id) as roles
  from sessions s join users u on u.id = s.user_id join accounts a on a.id = u.account_id
  where s.secret_hash = $1 and s.kind = 'aims'`;

/** The row of a session of AIMS, with its person, account and roles; undefined when there is none. */
export async function findSession(secret: string): Promise<unknown> {
  const { rows } = await pool.query({ name: "aims", text: aimsStatement, values: [hashSecret(secret)] });
  return rows[0];
}

const gatewayStatement = "select id, account_id, name from gateways where secret_hash = $1";

/** The row of a token that a gateway asks about, once the gateway has shown its own secret. */
export async function introspect(authorization: string | undefined, form: string): Promise<unknown> {
  const basic = Buffer.from(authorization?.slice("Basic ".length) ?? "", "base64").toString();
  const [id, secret = ""] = basic.split(":");
  const found = await pool.query({ name: "gateway", text: gatewayStatement, values: [hashSecret(secret)] });
  if (found.rows[0]?.id !== id) return undefined;
  return findToken(`Bearer ${new URLSearchParams(form).get("token")}`);
}

const userStatement = "select id, account_id, password_hash from users where lower(username) = $1";
const sessionStatement = `
  insert into sessions (account_id, user_id, secret_hash, kind, factors, idle_minutes, expires_at)
  values ($1, $2, $3, 'api', array['password'], 60, now() + interval '1 day') returning id, expires_at`;

/** Two statements and one hash, as many at once as are asked for. */
export async function signIn({ username, password }: Record<string, string>): Promise<unknown> {
  const found = await pool.query({ name: "user", text: userStatement, values: [username] });
  const user = found.rows[0];
  if (!user || !(await verify(user.password_hash, password ?? ""))) return undefined;
  const token = randomBytes(32).toString("base64url");
  const values = [user.account_id, user.id, hashSecret(token)];
  const opened = await pool.query({ name: "session", text: sessionStatement, values });
  return { token, ...opened.rows[0] };
}

const insertToken = `
  insert into tokens (account_id, user_id, name, scopes, secret_hash, last_four, expires_at)
  select account_id, id, $2, $3, $4, $5, now() + interval '30 days' from users where username = $1 returning id, account_id, user_id`;
const insertEntry = `
  insert into audit_entries (account_id, actor_id, action, target, result, details, address)
  values ($1, $2, 'tokens.create', $3, 'done', $4, '127.0.0.1')`;

let turn = 0;

/** A token and its audit entry: two statements in one commit, for one person after the other. */
export async function changeTwice({ name, scopes }: { name: string; scopes: string[] }): Promise<unknown> {
  const client = await pool.connect();
  const secret = randomBytes(32).toString("base64url");
  const person = `person-${turn++ % Number(process.env.PEOPLE)}`;
  try {
    await client.query("begin");
    const token = [person, name, scopes, hashSecret(secret), secret.slice(-4)];
    const { rows } = await client.query({ name: "token", text: insertToken, values: token });
    const entry = [rows[0].account_id, rows[0].user_id, rows[0].id, JSON.stringify({ name, scopes })];
    await client.query({ name: "entry", text: insertEntry, values: entry });
    await client.query("commit");
    return { id: rows[0].id, secret };
  } finally {
    client.release();
  }
}

const matching = "account_id = $1 and lower(full_name || ' ' || username || ' ' || email) like $2";
const everybody = "account_id = $1 and $2::text is not null";
const columns = `id, account_id, username, full_name, email, active, locked_until, invited_at, last_sign_in_at, created_at,
  (select json_agg(r.name) from user_roles g join roles r on r.id = g.role_id where g.user_id = users.id) as roles`;

/** A page of people as it is mostly written: how many there are in all, and the 25 from an offset on. */
export async function listUsers(authorization: string | undefined, query: URLSearchParams): Promise<unknown> {
  const holder = (await findToken(authorization)) as { account_id: string } | undefined;
  if (!holder) return undefined;
  const search = query.get("search");
  const where = search ? matching : everybody;
  const values = [holder.account_id, `%${search ?? ""}%`];
  const counted = await pool.query(`select count(*)::int as total from users where ${where}`, values);
  const text = `select ${columns} from users where ${where} order by lower(full_name), id limit 25 offset $3`;
  const { rows } = await pool.query(text, [...values, Number(query.get("offset") ?? 0)]);
  return { items: rows, total: counted.rows[0].total };
}
