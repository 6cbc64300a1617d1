import type { Value } from "./copy.ts";
import { firstNames, lastNames, plain } from "./names.ts";
import type { Fill } from "./people.ts";

export const addressOf = (username: string) => `${username}@people.example`;

const [plainFirst, plainLast] = [firstNames.map(plain), lastNames.map(plain)];

const pairs = firstNames.length * lastNames.length;

/** A serial number walks through all pairs of names in a jumbled order; a pair that comes again gets a number. */
export function seededName(n: number) {
  const pair = (n * 7919) % pairs;
  const [f, l] = [pair % firstNames.length, Math.floor(pair / firstNames.length)];
  const again = n >= pairs ? String(Math.floor(n / pairs)) : "";
  return { fullName: `${firstNames[f]} ${lastNames[l]}`, username: `${plainFirst[f]}.${plainLast[l]}${again}` };
}

export const columns = `id, account_id, full_name, username, email, email_verified_at, password_hash, active, notifications_only,
  locked_until, locked_reason, invited_at, last_sign_in_at, created_at, modified_at`;

const day = 24 * 3600 * 1000;

const ago = (days: number) => new Date(Date.now() - days * day).toISOString();

export function personRow(id: string, n: number, { accountId, passwordHash, unknown }: Fill): Value[] {
  const { fullName, username } = seededName(n);
  const [luck, seen, age] = [Math.random(), Math.random(), Math.random()];
  const came = seen > 0.1;
  const locked = luck >= 0.05 && luck < 0.055;
  const since = ago(age * 1096);
  return [
    ...[id, accountId, fullName, username, addressOf(username), came ? ago(0) : null],
    ...[passwordHash ?? (came ? unknown : null), luck > 0.04, luck > 0.04 && luck < 0.05],
    ...[locked ? "infinity" : null, locked ? "Left their badge in the lobby" : null],
    ...[came ? null : ago(age * 20), came ? ago(seen * seen * age * 1096) : null, since, since],
  ];
}

export function roleOf(place: number, { roles }: Fill): string | null {
  const name = place % 50 === 49 ? "Power User" : place % 20 === 19 ? "Read Only" : "Member";
  return roles.get(name) ?? null;
}

export const keyColumns = "user_id, name, credential_id, public_key, transports, aaguid, backed_up";

// Keys that exist nowhere: they make people count as those who have a second factor, and open nothing.
export const keyRow = (id: string): Value[] => [
  ...[id, "Made up", `seed-${id}`, "\\x00", "{}", "00000000-0000-0000-0000-000000000000", false],
];
