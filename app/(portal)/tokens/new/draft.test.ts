import { expect, test } from "vitest";
import type { Token } from "#lib/tokens/token.ts";
import { draftOfLink, draftOfToken } from "./draft.ts";

const policy = { tokenMaxDays: 90, tokensMayLiveForever: false };
const offers = [{ name: "Tasks", sentence: "", permissions: [], available: true }];

const token: Token = {
  ...{ id: "1", name: "export", description: "nightly", preview: "lk_pat_…x3Fq", scopes: ["Tasks", "gone"] },
  ...{ status: "active", live: true, replaced: [], rotatedAt: null, retrievable: false, startsAt: null },
  ...{ createdAt: "2030-01-01T00:00:00.000Z", createdBy: { username: "ben", byToken: null } },
  ...{ expiresAt: "2030-01-31T00:00:00.000Z", endedAt: null, endedBy: null, endedReason: null },
  ...{ lastUsedAt: null, lastUsedAddress: null, lastUsedAgent: null, lastUsedProgram: null },
  ...{ allowedAddresses: ["198.51.100.0/24"], addressMode: "log", rateLimitPerMinute: 30 },
};

test("a duplicate has the settings of the token it is like, its limits among them", () => {
  const { bounds, expiry, ...draft } = draftOfToken(token, offers, policy);
  expect(bounds).toEqual({ allowedAddresses: ["198.51.100.0/24"], addressMode: "log", rateLimitPerMinute: 30 });
  expect(expiry).toEqual({ choice: "30" });
  expect(draft).toMatchObject({ name: "export (copy)", description: "nightly", scopes: ["Tasks"] });
  expect(draft.notes).toEqual(["There is no scope gone here."]);
});

test("a link sets no limits", () => {
  const { bounds } = draftOfLink(new URLSearchParams("name=a&allowedAddresses=10.0.0.1"), offers, policy);
  expect(bounds).toEqual({ allowedAddresses: [], addressMode: "enforce", rateLimitPerMinute: null });
});
