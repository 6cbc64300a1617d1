import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, acknowledged, type Call, caller, patiently } from "./api.ts";

/**
 * Writes over REST until told to stop, or until an answer is lost; then checks what it was told against what is there.
 */
export type Writer = {
  /** How many writes were acknowledged until now. */
  count(): number;
  write(goOn: () => boolean): Promise<void>;
  /** Throws when something acknowledged is missing or wrong; settles what was left open. */
  check(): Promise<void>;
};

type Person = { email: string; password: string };

async function signIn(base: string, { email, password }: Person): Promise<string | undefined> {
  const answer = await patiently(() => caller(base, () => "")("POST", "/sessions", { email, password }));
  if (answer?.status === 401) return undefined;
  if (!acknowledged(answer, "signing in")) throw new Error("no answer to signing in");
  return String(answer.body.token);
}

async function requireSession(base: string, person: Person): Promise<string> {
  const token = await signIn(base, person);
  if (!token) throw new Error(`${person.email} cannot sign in with the password that was acknowledged`);
  return token;
}

type Token = {
  key: string;
  id?: string;
  secret?: string;
  names: Set<string>;
  state: "open" | "live" | "ending" | "ended";
};

/** Makes tokens, renames and revokes them; each is followed by what was acknowledged and what may have happened. */
export async function tokenWriter(base: string, person: Person): Promise<Writer> {
  const session = await requireSession(base, person);
  const call = caller(base, () => session);
  const tokens: Token[] = [];
  let count = 0;
  let serial = 0;
  const nextName = () => `${person.email} ${++serial}`;

  async function make(token: Token): Promise<boolean> {
    const [name] = token.names;
    const answer = await call("POST", "/me/tokens", { name, scopes: ["profile:read"] }, token.key);
    if (!acknowledged(answer, "making a token")) return false;
    token.id = String(answer.body.id);
    if (typeof answer.body.secret === "string") token.secret = answer.body.secret;
    token.state = "live";
    count++;
    return true;
  }

  async function rename(token: Token): Promise<boolean> {
    const name = nextName();
    token.names.add(name);
    const answer = await call("PATCH", `/me/tokens/${token.id}`, { name });
    if (!acknowledged(answer, "renaming a token")) return false;
    token.names = new Set([name]);
    count++;
    return true;
  }

  async function revoke(token: Token): Promise<boolean> {
    token.state = "ending";
    if (!acknowledged(await call("DELETE", `/me/tokens/${token.id}`), "revoking a token")) return false;
    token.state = "ended";
    count++;
    return true;
  }

  async function patientlyMake(token: Token) {
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(200)) if (await make(token)) return;
    throw new Error("a token could not be made after the restart");
  }

  return {
    count: () => count,
    async write(goOn) {
      let isAnswered = true;
      while (isAnswered && goOn()) {
        const token: Token = { key: randomUUID(), names: new Set([nextName()]), state: "open" };
        tokens.push(token);
        isAnswered = await make(token);
        if (isAnswered && serial % 2) isAnswered = await rename(token);
        if (isAnswered && serial % 3 === 0) isAnswered = await revoke(token);
      }
    },
    async check() {
      // Sent again under its key, a creation that was left open has one effect, whether it is the first or not.
      for (const token of tokens.filter(({ state }) => state === "open")) await patientlyMake(token);
      await inBatches(tokens, (token) => checkToken(base, call, token));
    },
  };
}

async function checkToken(base: string, call: Call, token: Token) {
  const seen = await patiently(() => call("GET", `/me/tokens/${token.id}`));
  const name = String(seen?.body.name);
  if (seen?.status !== 200) throw new Error(`token ${token.id} is gone: ${JSON.stringify(seen)}`);
  if (!token.names.has(name))
    throw new Error(`token ${token.id} is called ${name}, not ${[...token.names].join(" or ")}`);
  const isLive = seen.body.live === true;
  if (isLive === (token.state === "ended") && token.state !== "ending")
    throw new Error(`token ${token.id} is ${isLive ? "live" : "ended"}, but was acknowledged as ${token.state}`);
  token.names = new Set([name]);
  token.state = isLive ? "live" : "ended";
  const { secret } = token;
  if (secret) demandVerdict(await patiently(() => caller(base, () => secret)("GET", "/tokens/verify")), token, name);
}

function demandVerdict(answer: Answer, { state, id }: Token, name: string) {
  const fits = state === "live" ? answer?.body.name === name : answer?.body.code === "token_revoked";
  if (!fits) throw new Error(`token ${id} is ${state}, but its secret is answered ${JSON.stringify(answer)}`);
}

async function inBatches<T>(items: T[], work: (item: T) => Promise<void>) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** Changes a name again and again. */
export async function profileWriter(base: string, person: Person): Promise<Writer> {
  const session = await requireSession(base, person);
  const call = caller(base, () => session);
  let names = new Set<string>();
  let count = 0;
  let serial = 0;
  return {
    count: () => count,
    async write(goOn) {
      while (goOn()) {
        const fullName = `Name ${++serial}`;
        names.add(fullName);
        if (!acknowledged(await call("PATCH", "/me", { fullName }), "changing a profile")) return;
        names = new Set([fullName]);
        count++;
      }
    },
    async check() {
      const answer = await patiently(() => call("GET", "/me"));
      const name = String(answer?.body.fullName);
      if (names.size && !names.has(name)) throw new Error(`the profile says ${name}, not ${[...names].join(" or ")}`);
      names = new Set([name]);
    },
  };
}

/** Changes a password again and again, going on under the token that each change answers. */
export async function passwordWriter(base: string, { email, password }: Person): Promise<Writer> {
  let passwords = [password];
  let session = await requireSession(base, { email, password });
  const call = caller(base, () => session);
  let count = 0;
  let serial = 0;

  async function change(): Promise<boolean> {
    const [currentPassword] = passwords;
    const newPassword = `Wren-${++serial}-harbour-${randomUUID()}`;
    passwords.push(newPassword);
    const answer = await call("PUT", "/me/password", { currentPassword, newPassword });
    if (!acknowledged(answer, "changing a password")) return false;
    passwords = [newPassword];
    count++;
    session = String(answer.body.token);
    return true;
  }

  return {
    count: () => count,
    async write(goOn) {
      while (goOn() && (await change()));
    },
    async check() {
      for (const candidate of passwords) {
        const token = await signIn(base, { email, password: candidate });
        if (!token) continue;
        session = token;
        passwords = [candidate];
        return;
      }
      throw new Error("no password that was acknowledged signs in");
    },
  };
}
