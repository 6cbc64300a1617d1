import { expect, test } from "vitest";
import { mintTotpSecret, otpauthUri } from "./totp.ts";

/** The parts of an address as an app reads them: the label is parted at its first colon, encoded or not. */
function partsOf(uri: string) {
  const { pathname, searchParams } = new URL(uri);
  const [issuer, ...account] = decodeURIComponent(pathname.replace(/^\/+(totp\/)?/, "")).split(":");
  return { issuer, account: account.join(":").trim(), parameter: searchParams.get("issuer") };
}

test.each([
  ["Northwind", "ada", "Northwind", "ada"],
  ["Northwind: Europe", "ada@example.org", "Northwind Europe", "ada@example.org"],
  ["A:B : C", "team:ada", "A B C", "team ada"],
  ["Nord & Süd?", "ada lovelace", "Nord & Süd?", "ada lovelace"],
])("the company %s and the username %s keep apart in an app", (company, username, issuer, account) => {
  expect(partsOf(otpauthUri(mintTotpSecret(), company, username))).toEqual({ issuer, account, parameter: issuer });
});
