import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { BadSetting, parseEnv } from "#lib/env.ts";

const complaint = (variables: Record<string, string>) => {
  try {
    parseEnv(variables);
  } catch (error) {
    if (error instanceof BadSetting) return error.message;
    throw error;
  }
  return "";
};

const bad: [string, Record<string, string>][] = [
  ["NODE_ENV", { NODE_ENV: "staging" }],
  ["PORT", { PORT: "http" }],
  ["PORT", { PORT: "65536" }],
  ["APP_URL", { APP_URL: "portal.example.com" }],
  ["APP_URL", { APP_URL: "ftp://portal.example.com" }],
  ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/latchkey" }],
  ["DATABASE_READ_URL", { DATABASE_READ_URL: "somewhere" }],
  ["AUTH_SECRET", { AUTH_SECRET: "short" }],
  ["ENCRYPTION_KEYS", { ENCRYPTION_KEYS: "not-a-key-ring" }],
  ["ENCRYPTION_KEYS", { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString("base64")}` }],
  [
    "ENCRYPTION_KEYS",
    { ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")},k1:${randomBytes(32).toString("base64")}` },
  ],
  ["ENCRYPTION_KEYS", { ENCRYPTION_KEYS: `k1:${Buffer.alloc(16).toString("base64")}` }],
  ["ADMIN_EMAIL", { ADMIN_EMAIL: "admin", ADMIN_PASSWORD: "x" }],
  ["ADMIN_EMAIL", { ADMIN_PASSWORD: "x" }],
  ["ADMIN_PASSWORD", { ADMIN_EMAIL: "admin@example.com" }],
  ["ACCOUNT_ID", { ACCOUNT_ID: "01234567" }],
  ["ACCOUNT_ID", { ACCOUNT_ID: "123" }],
  ["SMTP_URL", { SMTP_URL: "mail.example.com" }],
  ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "10.0.0.0/8, office" }],
  ["TRUSTED_PROXIES", { TRUSTED_PROXIES: "10.0.0.0/33" }],
  ["DNS_SERVERS", { DNS_SERVERS: "10.0.0.2, ns.example.com" }],
  ["DNS_SERVERS", { DNS_SERVERS: "10.0.0.2:99999" }],
  ["RETURN_TO_ALLOWED", { RETURN_TO_ALLOWED: "https://app.example.com, elsewhere" }],
  ["RETURN_TO_ALLOWED", { RETURN_TO_ALLOWED: "javascript:alert(1)" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "security@example.com" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "http://example.com/security" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "javascript:alert(1)" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "mailto:nobody" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "https://" }],
  ["SECURITY_CONTACT", { SECURITY_CONTACT: "https://example.com/a\nContact: https://example.org" }],
  ["WORKER", { WORKER: "yes" }],
  ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
  ["CHANGES_PER_MINUTE", { CHANGES_PER_MINUTE: "0" }],
  ["PROVISIONING_CHANGES_PER_MINUTE", { PROVISIONING_CHANGES_PER_MINUTE: "many" }],
  ["RATE_LIMIT_FACTOR", { RATE_LIMIT_FACTOR: "0" }],
];

test.each(bad)("a bad %s is named: %o", (name, variables) => {
  expect(complaint(variables)).toContain(`${name}: `);
});

test("every bad setting is named at once", () => {
  const lines = complaint({ PORT: "x", WORKER: "x", LOG_LEVEL: "x" }).split("\n");
  expect(lines.map((line) => line.split(":")[0])).toEqual(["PORT", "WORKER", "LOG_LEVEL"]);
});

test("a database of one's own needs the keys that every replica shares", () => {
  const lines = complaint({ DATABASE_URL: "postgres://localhost/latchkey" });
  expect(lines).toContain("AUTH_SECRET: ");
  expect(lines).toContain("ENCRYPTION_KEYS: ");
});

test.each([
  "https://example.com/security",
  "mailto:security@example.com",
  "mailto:security@example.com?subject=Portal",
  "tel:+1-201-555-0123",
])("%s is a contact", (contact) => {
  expect(parseEnv({ SECURITY_CONTACT: contact }).SECURITY_CONTACT).toBe(contact);
});

test("nothing has to be set", () => {
  const set = parseEnv({});
  expect(set).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", DATA_DIR: ".data", APP_URL: "http://localhost:3000" });
});

test("an empty variable counts as not set", () => {
  expect(parseEnv({ PORT: "", APP_URL: "", AUTH_SECRET: "", SMTP_URL: "" })).toEqual(parseEnv({}));
});
