import { expect, test } from "vitest";
import type { SystemKind } from "../service-credentials/systems.ts";
import { assertConsistent } from "./rules.ts";

const fits = (kind: SystemKind, baseUrl: string) => () =>
  assertConsistent({ kind, baseUrl, headerName: null, mode: "manual", adapter: null, adapterUrl: null });

test.each<[SystemKind, string, string]>([
  ["git-https", "http://git.example.com/a.git", "write an address that begins with https://, like"],
  ["registry", "http://ada:secret@registry.example.com", "write an address that begins with https://, like"],
  ["smtp", "https://mail.example.com", "write an address that begins with smtp:// or smtps://, like"],
  ["git-https", "https://ada:secret@git.example.com/a.git", "without a password."],
  ["git-ssh", "ssh://git@:22", "like ssh://git@git.example.com/team/project.git."],
])("an address that does not fit is told what is wrong with it: %s %s", (kind, baseUrl, said) => {
  expect(fits(kind, baseUrl)).toThrow(said);
});

test("an address that fits is taken", () => {
  expect(fits("git-https", "https://git.example.com/a.git")).not.toThrow();
});
