import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { ownPreviews } from "#lib/access/roles/preview.ts";
import type { Budget } from "#lib/core/limits.ts";
import { makePerson, openSession, type Person, query } from "../../e2e/people.ts";
import type { Browser } from "./browser.ts";
import { leave, letPass } from "./budgets.ts";
import { sharedServer } from "./server.ts";

const server = sharedServer();

let reader: Person;
let browser: Browser;

beforeAll(async () => {
  reader = await makePerson({ role: "Administrator" });
  browser = server.browser();
  const { name, value } = await openSession(reader);
  browser.cookies.set(name, value);
});

/** A role that is long to compare, which nobody was compared by yet, and who holds it. */
async function longRole(): Promise<{ userId: string; roleId: string }> {
  const { id: userId } = await makePerson({ role: null, accountId: reader.accountId });
  const patterns = Array.from({ length: 600 }, (_, n) => [`pro:own:do:thing-${n}`, "allowed"]);
  const [made] = await query(
    `with made as (insert into roles (account_id, name, permissions) values ($1, $2, $3) returning id)
     insert into user_roles (user_id, account_id, role_id) select $4, $1, id from made returning role_id`,
    [reader.accountId, randomUUID(), JSON.stringify(Object.fromEntries(patterns)), userId],
  );
  return { userId, roleId: String(made?.role_id) };
}

const comparisons: Budget = { name: "comparisons", points: 10_000, seconds: 60 };
const noComparison = /many long comparisons were asked for/;

type Made = Awaited<ReturnType<typeof longRole>>;
type SpentPage = { of: string; budget: Budget; path: (made: Made) => string; holds: string; says: RegExp };

const pages: SpentPage[] = [
  {
    of: "a user",
    budget: comparisons,
    path: ({ userId }) => `/users/${userId}`,
    holds: 'id="roles"',
    says: noComparison,
  },
  {
    of: "acting as a user",
    budget: comparisons,
    path: ({ userId }) => `/users/${userId}/impersonate`,
    holds: 'name="reason"',
    says: noComparison,
  },
  {
    of: "a role",
    budget: { ...ownPreviews, seconds: 60 },
    path: ({ roleId }) => `/roles/${roleId}`,
    holds: 'id="holders"',
    says: /many previews were asked for/,
  },
];

test.each(pages)("the page of $of is whole once what it counts is spent, and says so", async (page) => {
  const { budget, holds, says } = page;
  const path = page.path(await longRole());
  await leave(server, 0, budget, reader.id);
  const spent = await browser.get(path);
  expect(spent.status).toBe(200);
  expect(spent.html).toContain(holds);
  expect(spent.html).toMatch(says);
  await letPass(server, budget, reader.id);
  const { html } = await browser.get(path);
  expect(html).toContain(holds);
  expect(html).not.toMatch(says);
});
