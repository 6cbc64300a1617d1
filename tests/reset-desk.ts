import { resetJob } from "#lib/sign-in/resets/mail.ts";
import { type Cast, openStage, type Person, person } from "./cast.ts";
import { bearer } from "./credentials.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { linkOf } from "./samples/operations.ts";
import { json, openTestApi, type TestApi } from "./test-api.ts";

/** Who is there. */
export let cast: Cast;

/** The API. */
export let api: TestApi;

/** Where their mails come in. */
export let mailbox: Mailbox;

/** Opens it all, for `beforeAll`. */
export async function openResetDesk(): Promise<void> {
  cast = await openStage({
    TRUSTED_PROXIES: "127.0.0.1/32",
    RETURN_TO_ALLOWED: "https://app.example.com, https://docs.example.com/start?from=reset",
  });
  mailbox = await openMailbox();
  api = await openTestApi();
}

let places = 0;

/** An address that nobody came from yet. */
export const somewhere = () => `198.51.100.${++places % 250}`;

/** A new person. */
export const someone = () => person(cast.here, ["Member"]);

/** A password that nobody has. */
export const fresh = "Copper-Lantern-83";

/** Posts to a route of the API. */
export const post = (path: string, input: object, from = somewhere()) =>
  api.request(`/api/v1${path}`, { method: "POST", ...json(input, { "x-forwarded-for": from }) });

/** Asks for a link to a new password. */
export const ask = (input: object, from?: string) => post("/password-resets", input, from);

/** Looks at such a link. */
export const check = (link: string) => post("/password-resets/check", { link });

/** Sets a password with it. */
export const complete = (link: string, newPassword = fresh) => post("/password-resets/complete", { link, newPassword });

/** Signs in with a password. */
export const signIn = ({ username }: Person, password: string) => post("/sessions", { username, password });

/** Every mail to somebody, the links made. */
export const mailsOf = async ({ email }: Pick<Person, "email">) => {
  await mailbox.work(resetJob as never);
  return mailbox.of(email);
};

/** The secret in the newest mail to somebody. */
export async function mailed(who: Person): Promise<string> {
  const mail = (await mailsOf(who)).at(-1);
  return mail?.link?.split("/").at(-1) ?? "";
}

/** A link as a mail would hold it. */
export const resetLink = (who: Person, data = {}) => linkOf(who, "reset", { email: who.email, ...data });

/** The secret of a link that was asked for and mailed. */
export async function ordered(who: Person): Promise<string> {
  await ask({ email: who.email });
  return mailed(who);
}

/** Does this session or token still open anything? */
export const isAlive = async (secret: string) =>
  (await api.request("/api/v1/tokens/verify", { headers: bearer(secret) })).status === 200;
