import { type Cast, openStage, type Person, person, sql } from "./cast.ts";
import { bearer, sessionOf } from "./credentials.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { type Answer, json, openTestApi, type TestApi } from "./test-api.ts";

/** Who is there. */
export let cast: Cast;

/** The API. */
export let api: TestApi;

/** Where their mails come in. */
export let mailbox: Mailbox;

/** Opens it all, for `beforeAll`. */
export async function openEmailDesk(): Promise<void> {
  cast = await openStage({ TRUSTED_PROXIES: "127.0.0.1/32" });
  mailbox = await openMailbox();
  api = await openTestApi();
}

/** A new person. */
export const someone = () => person(cast.here, ["Member"]);

let places = 0;
/** From an address of its own. */
export const from = () => ({ "x-forwarded-for": `203.0.113.${++places % 250}` });

/** Asks one of the routes of one's own address. */
export const ask = (method: string, path: string, session: string, input?: object): Promise<Answer> =>
  api.request(`/api/v1/me/email${path}`, {
    method,
    ...(input ? json(input, { ...bearer(session), ...from() }) : { headers: bearer(session) }),
  });

/** Asks for another address. */
export const change = (session: string, newEmail: unknown) => ask("PUT", "", session, { newEmail });

/** The address as its owner reads it. */
export const read = async (session: string) => (await ask("GET", "", session)).body;

/** Uses a link. */
export const post = (path: string, link: string, session?: string) =>
  api.request(`/api/v1/me/email${path}`, {
    method: "POST",
    ...json({ link }, { ...from(), ...(session && bearer(session)) }),
  });

/** Uses the link that proves an address, in a session. */
export const confirm = (link: string, session: string) => post("/confirm", link, session);

/** Uses the link that takes a change back. */
export const undo = (link: string) => post("/undo", link);

/** The secret of the link in the newest mail to an address. */
export const secretIn = async (address: string) => (await mailbox.newest(address)).link?.split("/").at(-1) ?? "";

/** Somebody's address as it is kept. */
export const addressOf = async ({ id }: Person) =>
  (await sql<{ email: string }>("select email from users where id = $1", id))[0]?.email;

/** Does this session or token still open anything? */
export const isAlive = async (secret: string) =>
  (await api.request("/api/v1/tokens/verify", { headers: bearer(secret) })).status === 200;

let addresses = 0;

/** An address that nobody has. */
export const unused = () => `new${++addresses}@elsewhere.example`;

/** Changes somebody's address to the end; the secret with which it can be undone. */
export async function moved(who: Person, newEmail = unused()) {
  const session = await sessionOf(who);
  await change(session, newEmail);
  await confirm(await secretIn(newEmail), session);
  return { newEmail, undoing: await secretIn(who.email) };
}
