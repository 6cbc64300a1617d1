import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "#lib/core/permissions.ts";
import { coverageOf, placesBeyond } from "./coverage.ts";

const accountId = "20000001";
const word = fc.constantFrom("*", "a", "b", "c");
const scope = fc.constantFrom("*", "own", "managed", accountId, "20000002", "");
const pattern = fc.tuple(word, scope, word, word).map((parts) => parts.join(":"));
const odd = fc.constantFrom("nothing", "a:own:b", "a:other:b:c");
const said = fc.dictionary(fc.oneof({ weight: 9, arbitrary: pattern }, odd), fc.constantFrom("allowed", "denied"));

test("what roles say together of each permission is what is decided of it", () => {
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { maxLength: 60 }), fc.array(said, { maxLength: 4 }), (permissions, roles) => {
      const coverage = coverageOf(permissions, accountId);
      const held = coverage.held(roles.map(coverage.of));
      const grants = roles.map((permissions) => ({ role: "", permissions }));
      const where = (permission: string) => (permission.includes(":own:") ? accountId : undefined);
      const allowed = permissions.filter((one) => decide(grants, null, one, where(one)).allowed);
      expect(placesBeyond(held, coverage.held([])).map((place) => permissions[place])).toEqual(allowed);
    }),
  );
});
